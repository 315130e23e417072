package dev.sluice.sink.maintenance;

import java.time.Instant;
import java.util.List;

/**
 * Files in a table's folders that nothing refers to.
 *
 * @param listed files that were found there
 * @param young files that nothing refers to and that are too young to be sure
 * @param orphans what may go
 */
public record OrphanPlan(String table, int listed, int young, List<Orphan> orphans) {
    public OrphanPlan {
        orphans = List.copyOf(orphans);
    }

    /**
     * A file.
     *
     * @param modifiedAt when it was last written
     */
    public record Orphan(String location, long bytes, Instant modifiedAt) {}

    /** Size of the orphans. */
    public long bytes() {
        return orphans.stream().mapToLong(Orphan::bytes).sum();
    }
}
