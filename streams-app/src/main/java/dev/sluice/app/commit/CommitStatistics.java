package dev.sluice.app.commit;

import dev.sluice.app.commit.CommitStatus.Role;
import dev.sluice.sink.bronze.BronzeCommit;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Gathers what {@link CommitStatus} shows. Safe for use by several threads. */
final class CommitStatistics {
    private final InstantSource clock;
    private Role role = Role.STANDBY;
    private long epoch;
    private long rounds;
    private long bronzeCommits;
    private long rows;
    private long duplicates;
    private long pending;
    private @Nullable Instant lastCommit;
    private @Nullable Instant failingSince;
    private @Nullable String lastError;
    private @Nullable Instant cutOffSince;

    CommitStatistics(InstantSource clock) {
        this.clock = clock;
    }

    synchronized void role(Role now, long newEpoch) {
        role = now;
        epoch = newEpoch;
    }

    synchronized void pending(long announcements) {
        pending = announcements;
    }

    synchronized void committed(BronzeCommit commit) {
        duplicates += commit.duplicates().size();
        if (commit.changed()) {
            bronzeCommits++;
            rows += commit.counts().landed();
            lastCommit = clock.instant();
        }
    }

    synchronized void roundEnded() {
        rounds++;
        failingSince = null;
    }

    private @Nullable Instant failing() {
        return failingSince == null ? cutOffSince : failingSince;
    }

    /** Notes a failure and answers since when there was nothing but failures. */
    synchronized Instant failed(String error) {
        Instant since = failingSince == null ? clock.instant() : failingSince;
        failingSince = since;
        lastError = error;
        return since;
    }

    /** Notes whether Kafka is within reach; a member that is cut off neither leads nor stands by. */
    synchronized void reachable(boolean now) {
        if (now) {
            cutOffSince = null;
        } else if (cutOffSince == null) {
            cutOffSince = clock.instant();
            lastError = "No connection to Kafka is open";
        }
    }

    synchronized CommitStatus status() {
        return new CommitStatus(
                role, epoch, rounds, bronzeCommits, rows, duplicates, pending, lastCommit, failing(), lastError);
    }
}
