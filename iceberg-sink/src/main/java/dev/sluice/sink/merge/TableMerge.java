package dev.sluice.sink.merge;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.duck.DataFileWriter;
import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.FileRows;
import dev.sluice.sink.duck.LocalFiles;
import dev.sluice.sink.duck.SqlText;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.UpdateProperties;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.util.DataFileSet;
import org.apache.iceberg.util.DeleteFileSet;
import org.apache.iceberg.util.SnapshotUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt to bring a batch of rows into a table, against the snapshot that the table had when the attempt began.
 * The attempt commits everything or nothing. It raises COMMIT_CONFLICT when somebody else was faster, and
 * COMMIT_UNKNOWN when the catalog did not say; after either, load the table again and look for the run's stamp before
 * another attempt.
 */
public final class TableMerge {
    private static final Logger LOG = LoggerFactory.getLogger(TableMerge.class);

    private final DuckDb db;
    private final LocalFiles local;
    private final Table table;
    private final TableFiles files;
    private final MergeSpec spec;
    private final StampGuard guard;
    private final String attemptId;

    /**
     * Pins the table's current snapshot.
     *
     * @param attemptId names the files that the attempt writes; never used twice
     */
    public TableMerge(DuckDb db, LocalFiles local, Table table, MergeSpec spec, String attemptId) {
        this.db = db;
        this.local = local;
        this.table = table;
        this.files = TableFiles.current(table);
        this.spec = spec;
        this.attemptId = attemptId;
        this.guard = new StampGuard(Stamp.newest(SnapshotUtil.currentAncestors(table)));
    }

    /**
     * What an attempt did.
     *
     * @param snapshotId the snapshot it made
     * @param rowsRead rows of the table itself that it had to read
     * @param bytesRead size of the table's data files that it had to read
     * @param bytesWritten size of the data file it wrote
     */
    public record Outcome(MergeCounts counts, long snapshotId, long rowsRead, long bytesRead, long bytesWritten) {}

    /** The table's files that the attempt works on. */
    public TableFiles files() {
        return files;
    }

    /** Opens the table's key index; before the instance is confined. */
    public KeyIndex index(Path folder, String name) throws SQLException {
        return KeyIndex.open(db, local, folder, name, table, files, spec);
    }

    /**
     * Merges a batch by key.
     *
     * @param batch a relation with the table's columns; several rows of a key are folded
     * @param affected a relation of keys; those without a row in the batch are deleted
     */
    public Outcome merge(KeyIndex index, String batch, Optional<String> affected, Stamp stamp, Runnable beforeCommit)
            throws SQLException {
        KeyedMerge merge = new KeyedMerge(db, local, table, files, spec);
        merge.fold(batch);
        if (affected.isPresent()) {
            merge.deleteMissing(affected.get());
        } else {
            merge.deleteNothing();
        }
        MergeCounts counts = merge.decide(index);
        List<DataFile> added = write(merge.outSelect(), counts.written());
        Replacement replaced = Replacement.write(table, files, merge.replacedPositions(index), attemptId);
        Snapshot committed = commit(stamp, beforeCommit, added, replaced.added(), transaction -> {
            if (!counts.changesRows()) {
                return transaction.newFastAppend();
            }
            RowDelta delta = transaction.newRowDelta();
            added.forEach(delta::addRows);
            replaced.added().forEach(delta::addDeletes);
            replaced.superseded().forEach(delta::removeDeletes);
            files.snapshotId().ifPresent(delta::validateFromSnapshot);
            return delta.validateDataFilesExist(replaced.touchedPaths())
                    .validateDeletedFiles()
                    .validateNoConflictingDataFiles()
                    .validateNoConflictingDeleteFiles();
        });
        try {
            index.follow(
                    committed,
                    added.stream().map(TableMerge::rows).toList(),
                    KeyedMerge.OUT,
                    KeyedMerge.replacedEntries(),
                    replaced.touched());
        } catch (SQLException e) {
            // The rows are committed, and an index that lags is caught up by the next run.
            LOG.warn("Key index did not follow a commit: table={}", table.name(), e);
        }
        return new Outcome(counts, committed.snapshotId(), merge.rowsRead(), merge.bytesRead(), bytes(added));
    }

    /** Replaces all rows of the table with the batch, folded by key. */
    public Outcome replace(String batch, Stamp stamp, Runnable beforeCommit) throws SQLException {
        KeyedMerge merge = new KeyedMerge(db, local, table, files, spec);
        merge.fold(batch);
        long rows = db.number("SELECT count(*) FROM " + KeyedMerge.FOLDED);
        String select = "SELECT %s FROM %s ORDER BY %s"
                .formatted(
                        SqlText.list(spec.columns(), column -> SqlText.name(column.name())),
                        KeyedMerge.FOLDED,
                        SqlText.list(spec.key(), SqlText::name));
        List<DataFile> added = write(select, rows);
        Snapshot committed = commit(stamp, beforeCommit, added, List.of(), transaction -> {
            OverwriteFiles overwrite = transaction.newOverwrite();
            DataFileSet oldFiles = DataFileSet.create();
            DeleteFileSet oldDeletes = DeleteFileSet.create();
            files.files().forEach(live -> {
                oldFiles.add(live.file());
                oldDeletes.addAll(live.deletes());
            });
            overwrite.deleteFiles(oldFiles, oldDeletes);
            added.forEach(overwrite::addFile);
            files.snapshotId().ifPresent(overwrite::validateFromSnapshot);
            return overwrite.validateNoConflictingData().validateNoConflictingDeletes();
        });
        long before = files.files().stream()
                .mapToLong(live -> files.rows(live).rows())
                .sum();
        MergeCounts counts = new MergeCounts(rows, 0, 0, 0, before);
        return new Outcome(counts, committed.snapshotId(), 0, 0, bytes(added));
    }

    private List<DataFile> write(String select, long rows) throws SQLException {
        if (rows == 0) {
            return List.of();
        }
        List<String> columns = spec.columns().stream().map(MergeColumn::name).toList();
        return List.of(new DataFileWriter(db, local).write(table, select, columns, attemptId + ".parquet"));
    }

    @FunctionalInterface
    private interface Operation {
        SnapshotUpdate<?> in(Transaction transaction);
    }

    private Snapshot commit(
            Stamp stamp, Runnable beforeCommit, List<DataFile> added, List<DeleteFile> vectors, Operation operation) {
        try {
            beforeCommit.run();
        } catch (RuntimeException e) {
            discard(added, vectors);
            throw e;
        }
        try {
            Transaction transaction = table.newTransaction();
            SnapshotUpdate<?> update = operation.in(transaction);
            stamp.entries().forEach(update::set);
            update.validateWith(guard);
            update.commit();
            UpdateProperties properties = transaction.updateProperties();
            stamp.entries().forEach(properties::set);
            properties.commit();
            transaction.commitTransaction();
        } catch (ValidationException | CommitFailedException e) {
            discard(added, vectors);
            throw new SluiceException(
                    ErrorCode.COMMIT_CONFLICT,
                    "[%s] Cannot commit run %s: %s".formatted(table.name(), stamp.runId(), e.getMessage()),
                    e);
        } catch (CommitStateUnknownException e) {
            throw new SluiceException(
                    ErrorCode.COMMIT_UNKNOWN,
                    "[%s] Cannot tell whether run %s was committed: %s"
                            .formatted(table.name(), stamp.runId(), e.getMessage()),
                    e);
        }
        table.refresh();
        return committed(stamp)
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.COMMIT_UNKNOWN,
                        "[%s] Cannot find run %s after its commit: its stamp is not in the table's history"
                                .formatted(table.name(), stamp.runId())));
    }

    private Optional<Snapshot> committed(Stamp stamp) {
        for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
            if (stamp.runId().equals(snapshot.summary().get(Stamp.RUN_ID))) {
                return Optional.of(snapshot);
            }
        }
        return Optional.empty();
    }

    private void discard(List<DataFile> added, List<DeleteFile> vectors) {
        List<String> locations = new ArrayList<>();
        added.forEach(file -> locations.add(file.location()));
        vectors.forEach(file -> locations.add(file.location()));
        locations.stream().distinct().forEach(location -> {
            try {
                table.io().deleteFile(location);
            } catch (RuntimeException e) {
                // An orphan; maintenance sweeps it.
                LOG.debug("Left a file of a lost commit: file={}", location, e);
            }
        });
    }

    private static FileRows rows(DataFile file) {
        return FileRows.except(
                file.location(), file.fileSizeInBytes(), file.recordCount(), 0, PositionDeleteIndex.empty());
    }

    private static long bytes(List<DataFile> files) {
        return files.stream().mapToLong(DataFile::fileSizeInBytes).sum();
    }
}
