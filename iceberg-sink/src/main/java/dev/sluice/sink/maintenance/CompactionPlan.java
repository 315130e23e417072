package dev.sluice.sink.maintenance;

import java.util.List;

/**
 * What compaction would rewrite of a table.
 *
 * @param snapshotId the snapshot that was looked at; -1 of a table without one
 * @param before the table as it is
 * @param groups what is rewritten, the most needed first; each is one commit
 * @param postponed groups that do not fit into this round
 */
public record CompactionPlan(String table, long snapshotId, FileCounts before, List<FileGroup> groups, int postponed) {
    public CompactionPlan {
        groups = List.copyOf(groups);
    }

    static CompactionPlan nothing(String table, long snapshotId, FileCounts before) {
        return new CompactionPlan(table, snapshotId, before, List.of(), 0);
    }

    public boolean isEmpty() {
        return groups.isEmpty();
    }

    /** Data files that are rewritten. */
    public long files() {
        return groups.stream().mapToLong(group -> group.files().size()).sum();
    }

    /** Size of the data files that are rewritten. */
    public long bytes() {
        return groups.stream().mapToLong(FileGroup::bytes).sum();
    }
}
