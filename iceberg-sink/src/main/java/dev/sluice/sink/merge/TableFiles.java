package dev.sluice.sink.merge;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.duck.FileRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/** The live data files of a table at one pinned snapshot, with the deletes that apply to each. */
public final class TableFiles {
    private final Table table;
    private final @Nullable Snapshot snapshot;
    private final Map<String, LiveFile> byPath;

    private TableFiles(Table table, @Nullable Snapshot snapshot, Map<String, LiveFile> byPath) {
        this.table = table;
        this.snapshot = snapshot;
        this.byPath = byPath;
    }

    /** A live data file and its delete files. */
    public record LiveFile(DataFile file, List<DeleteFile> deletes) {
        /** Changes whenever the set of deleted rows may have changed. */
        String deletesTag() {
            return String.join(
                    " ",
                    deletes.stream()
                            .map(delete -> delete.location() + "@" + delete.contentOffset())
                            .sorted()
                            .toList());
        }
    }

    /** Plans the files of a table's current snapshot; none when the table has no snapshot. */
    public static TableFiles current(Table table) {
        Snapshot snapshot = table.currentSnapshot();
        return snapshot == null ? new TableFiles(table, null, Map.of()) : at(table, snapshot);
    }

    /** Plans those files of a table's current snapshot that may hold rows of which the expression is true. */
    public static TableFiles current(Table table, Expression rows) {
        Snapshot snapshot = table.currentSnapshot();
        return snapshot == null ? new TableFiles(table, null, Map.of()) : at(table, snapshot, rows);
    }

    /** Plans the files of one snapshot. */
    public static TableFiles at(Table table, Snapshot snapshot) {
        return at(table, snapshot, Expressions.alwaysTrue());
    }

    private static TableFiles at(Table table, Snapshot snapshot, Expression rows) {
        Map<String, LiveFile> files = new LinkedHashMap<>();
        try (CloseableIterable<FileScanTask> tasks =
                table.newScan().useSnapshot(snapshot.snapshotId()).filter(rows).planFiles()) {
            for (FileScanTask task : tasks) {
                List<DeleteFile> deletes =
                        task.deletes().stream().map(DeleteFile::copy).toList();
                refuseEqualityDeletes(table, deletes);
                files.put(task.file().location(), new LiveFile(task.file().copy(), deletes));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new TableFiles(table, snapshot, files);
    }

    /** The pinned snapshot's id; empty for a table without snapshots. */
    public OptionalLong snapshotId() {
        return snapshot == null ? OptionalLong.empty() : OptionalLong.of(snapshot.snapshotId());
    }

    /** The pinned snapshot. */
    public @Nullable Snapshot snapshot() {
        return snapshot;
    }

    public Collection<LiveFile> files() {
        return byPath.values();
    }

    /** The live file at a path, or null. */
    public @Nullable LiveFile file(String path) {
        return byPath.get(path);
    }

    /** All live rows. */
    public List<FileRows> rows() {
        return byPath.values().stream().map(this::rows).toList();
    }

    /** The live rows of one of the files. */
    public FileRows rows(LiveFile live) {
        DataFile file = live.file();
        Long sequence = file.dataSequenceNumber();
        return FileRows.except(
                file.location(),
                file.fileSizeInBytes(),
                file.recordCount(),
                sequence == null ? 0 : sequence,
                Positions.deleted(table.io(), live.deletes(), file.location()));
    }

    private static void refuseEqualityDeletes(Table table, List<DeleteFile> deletes) {
        for (DeleteFile delete : deletes) {
            if (delete.content() == FileContent.EQUALITY_DELETES) {
                throw new SluiceException(
                        ErrorCode.MODEL_FAILED,
                        "[%s] Cannot read the table: another writer left equality deletes, expected deletion vectors or"
                                        .formatted(table.name())
                                + " position deletes, found " + delete.location());
            }
        }
    }
}
