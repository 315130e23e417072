package dev.sluice.sink.merge;

import dev.sluice.sink.duck.FileRows;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.Table;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.util.ContentFileUtil;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a table that changed between two of its snapshots. An upsert shows as a removed row and an added one.
 * Compactions move rows and change none, so they are passed over.
 *
 * @param added rows that were added and not removed again
 * @param removed rows that were there before and are gone
 * @param rewritten a compaction lies between the snapshots: a row may have been added before it and removed from the
 *     compacted file after it, and then shows in both lists; the higher sequence is right
 * @param losesKeys some removed rows may have no added row of the same key; false when every step says that it has none
 */
public record Changes(List<FileRows> added, List<FileRows> removed, boolean rewritten, boolean losesKeys) {
    public Changes {
        added = List.copyOf(added);
        removed = List.copyOf(removed);
    }

    /**
     * Follows the history of a table.
     *
     * @param from the snapshot whose rows are known already
     * @return empty when the history does not lead back to it, or cannot be read row by row; then everything must be
     *     taken as changed
     */
    public static Optional<Changes> between(Table table, long from, Snapshot to) {
        Deque<Snapshot> steps = new ArrayDeque<>();
        for (Snapshot snapshot : SnapshotUtil.ancestorsOf(to.snapshotId(), table::snapshot)) {
            if (snapshot.snapshotId() == from) {
                return along(table, steps);
            }
            steps.addFirst(snapshot);
        }
        return Optional.empty();
    }

    /**
     * Follows the whole history of a table.
     *
     * @return empty when it is not there any more, or cannot be read row by row
     */
    public static Optional<Changes> sinceCreation(Table table, Snapshot to) {
        Deque<Snapshot> steps = new ArrayDeque<>();
        for (Snapshot snapshot : SnapshotUtil.ancestorsOf(to.snapshotId(), table::snapshot)) {
            steps.addFirst(snapshot);
        }
        Snapshot first = steps.peekFirst();
        return first != null && first.parentId() == null ? along(table, steps) : Optional.empty();
    }

    private static Optional<Changes> along(Table table, Collection<Snapshot> steps) {
        Walk walk = new Walk(table, deletedKeys(steps));
        for (Snapshot step : steps) {
            if (!walk.pass(step)) {
                return Optional.empty();
            }
        }
        return Optional.of(walk.result());
    }

    /** What each step says of its deleted keys, or a later one that stamps it. */
    private static Map<Long, String> deletedKeys(Collection<Snapshot> steps) {
        Map<Long, String> deleted = new HashMap<>();
        for (Snapshot step : steps) {
            String own = step.summary().get(Stamp.DELETED_KEYS);
            if (own != null) {
                deleted.put(step.snapshotId(), own);
            }
            String merged = step.summary().get(Stamp.MERGED);
            if (merged != null) {
                deleted.put(Long.parseLong(merged), step.summary().getOrDefault(Stamp.MERGED_DELETED_KEYS, ""));
            }
        }
        return deleted;
    }

    /** Whether the table has the same rows as it had at an older snapshot: nothing but compactions came after it. */
    public static boolean none(Table table, long from, Snapshot to) {
        for (Snapshot snapshot : SnapshotUtil.ancestorsOf(to.snapshotId(), table::snapshot)) {
            if (snapshot.snapshotId() == from) {
                return true;
            }
            if (!DataOperations.REPLACE.equals(snapshot.operation())) {
                return false;
            }
        }
        return false;
    }

    /** Passes over the snapshots from the oldest to the newest. */
    private static final class Walk {
        private final Table table;
        private final Map<Long, String> deletedKeys;
        private final Map<String, Added> added = new LinkedHashMap<>();
        private final List<FileRows> removed = new ArrayList<>();
        private boolean rewritten;
        private boolean losesKeys;

        private record Added(DataFile file, long sequence, PositionDeleteIndex gone) {
            FileRows rows() {
                return FileRows.except(file.location(), file.fileSizeInBytes(), file.recordCount(), sequence, gone);
            }
        }

        Walk(Table table, Map<Long, String> deletedKeys) {
            this.table = table;
            this.deletedKeys = deletedKeys;
        }

        /** Returns false when the step cannot be understood row by row. */
        boolean pass(Snapshot step) {
            if (DataOperations.REPLACE.equals(step.operation())) {
                rewritten = true;
                return true;
            }
            losesKeys |= !"0".equals(deletedKeys.get(step.snapshotId()));
            SnapshotChanges changes =
                    SnapshotChanges.builderFor(table).snapshot(step).build();
            removeFiles(step, changes.removedDataFiles());
            for (DataFile file : changes.addedDataFiles()) {
                added.put(file.location(), new Added(file.copy(), step.sequenceNumber(), PositionDeleteIndex.empty()));
            }
            Map<String, List<DeleteFile>> before = new LinkedHashMap<>();
            for (DeleteFile delete : changes.removedDeleteFiles()) {
                String path = ContentFileUtil.referencedDataFileLocation(delete);
                if (path != null) {
                    before.computeIfAbsent(path, key -> new ArrayList<>()).add(delete.copy());
                }
            }
            for (DeleteFile delete : changes.addedDeleteFiles()) {
                String path = ContentFileUtil.referencedDataFileLocation(delete);
                if (path == null) {
                    return false;
                }
                PositionDeleteIndex now = Positions.deleted(table.io(), List.of(delete.copy()), path);
                PositionDeleteIndex then = Positions.deleted(table.io(), before.getOrDefault(path, List.of()), path);
                removePositions(step, path, Positions.minus(now, then));
            }
            return true;
        }

        private void removePositions(Snapshot step, String path, PositionDeleteIndex positions) {
            Added own = added.get(path);
            if (own == null) {
                removed.add(FileRows.only(path, 0, step.sequenceNumber(), positions));
            } else {
                added.put(path, new Added(own.file(), own.sequence(), Positions.union(own.gone(), positions)));
            }
        }

        private void removeFiles(Snapshot step, Iterable<DataFile> files) {
            TableFiles before = null;
            for (DataFile file : files) {
                if (added.remove(file.location()) == null) {
                    before = before == null ? parentFiles(step) : before;
                    TableFiles.LiveFile live = before == null ? null : before.file(file.location());
                    if (before != null && live != null) {
                        FileRows rows = before.rows(live);
                        removed.add(new FileRows(
                                rows.location(),
                                rows.bytes(),
                                rows.rows(),
                                step.sequenceNumber(),
                                rows.except(),
                                rows.only()));
                    }
                }
            }
        }

        private @Nullable TableFiles parentFiles(Snapshot step) {
            Long parentId = step.parentId();
            Snapshot parent = parentId == null ? null : table.snapshot(parentId);
            return parent == null ? null : TableFiles.at(table, parent);
        }

        Changes result() {
            return new Changes(
                    added.values().stream().map(Added::rows).toList(),
                    removed.stream().filter(rows -> rows.rows() > 0).toList(),
                    rewritten,
                    losesKeys);
        }
    }
}
