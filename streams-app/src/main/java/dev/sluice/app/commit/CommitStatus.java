package dev.sluice.app.commit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How the committer of this process stands, at one moment.
 *
 * @param epoch of its leadership, 0 while it has none
 * @param rounds finished since the start
 * @param bronzeCommits snapshots made
 * @param rows landed rows and tombstones committed
 * @param duplicates announced ranges that a table held already
 * @param pending announcements that are not committed yet, as far as this process knows
 * @param lastCommit when a table last changed by this process
 * @param failingSince the start of a row of failures that has not ended; null when all is well
 * @param lastError also when it has passed
 */
public record CommitStatus(
        Role role,
        long epoch,
        long rounds,
        long bronzeCommits,
        long rows,
        long duplicates,
        long pending,
        @Nullable Instant lastCommit,
        @Nullable Instant failingSince,
        @Nullable String lastError) {
    public enum Role {
        /** Another process leads, or nobody yet. */
        STANDBY,
        /** Leads, and reads the ledgers to see where to begin. */
        STARTING,
        LEADING,
        STOPPED
    }

    /** Whether everything announced is committed and the models have run on it. */
    public boolean isDrained() {
        return role == Role.LEADING && rounds > 0 && pending == 0 && failingSince == null;
    }
}
