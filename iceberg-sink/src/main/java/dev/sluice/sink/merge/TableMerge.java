package dev.sluice.sink.merge;

import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.FileRows;
import dev.sluice.sink.duck.LocalFiles;
import dev.sluice.sink.duck.SqlText;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.fault.TablePoint;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.util.DataFileSet;
import org.apache.iceberg.util.DeleteFileSet;
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
    private final Optional<Table> companion;
    private final TableFiles files;
    private final MergeSpec spec;
    private final StampedCommit commit;
    private final String attemptId;
    private final TableFaults faults;

    /**
     * Pins the table's current snapshot.
     *
     * @param companion where the keys are that were deleted for good; empty when nothing is
     * @param attemptId names the files that the attempt writes; never used twice
     */
    public TableMerge(
            DuckDb db,
            LocalFiles local,
            Table table,
            Optional<Table> companion,
            MergeSpec spec,
            String attemptId,
            TableFaults faults) {
        this.db = db;
        this.local = local;
        this.table = table;
        this.companion = companion;
        this.files = TableFiles.current(table);
        this.spec = spec;
        this.attemptId = attemptId;
        this.faults = faults;
        this.commit = new StampedCommit(table, faults);
    }

    /**
     * What an attempt did.
     *
     * @param snapshotId the snapshot it made
     * @param rowsRead rows of the table itself that it had to read
     * @param bytesRead size of the table's data files that it had to read
     * @param bytesWritten size of the data files it wrote
     */
    public record Outcome(MergeCounts counts, long snapshotId, long rowsRead, long bytesRead, long bytesWritten) {}

    /**
     * What an attempt keeps on this machine.
     *
     * @param index where the rows of the table are; empty for a replacement, which need not know
     */
    public record Caches(Optional<KeyIndex> index, Optional<DeletedKeys> deleted) implements AutoCloseable {
        @Override
        public void close() {
            index.ifPresent(KeyIndex::close);
        }
    }

    /** Opens the table's key index; before the instance is confined. */
    public Caches open(Path folder, String name) throws SQLException {
        if (companion.isPresent()) {
            DeletedKeysFile.attach(db, folder.resolve(name + ".deleted.duckdb"));
        }
        Optional<DeletedKeys> deleted = deleted();
        return new Caches(Optional.of(KeyIndex.open(db, local, folder, name, table, files, spec, faults)), deleted);
    }

    /** Opens what a replacement needs; before the instance is confined. */
    public Caches open() throws SQLException {
        if (companion.isPresent()) {
            DeletedKeysFile.attachPrivate(db);
        }
        return new Caches(Optional.empty(), deleted());
    }

    private Optional<DeletedKeys> deleted() throws SQLException {
        return companion.isPresent()
                ? Optional.of(DeletedKeys.open(db, local, companion.get(), spec, attemptId))
                : Optional.empty();
    }

    /** The folders on this machine that the attempt reads and writes. */
    public Set<Path> folders() {
        Set<Path> folders = new HashSet<>();
        List<String> locations = new ArrayList<>();
        locations.add(table.locationProvider().newDataLocation("x"));
        companion.ifPresent(keys -> locations.add(keys.locationProvider().newDataLocation("x")));
        files.files().forEach(live -> locations.add(live.file().location()));
        locations.forEach(
                location -> LocalFiles.local(location).map(Path::getParent).ifPresent(folders::add));
        return folders;
    }

    /**
     * The rows of a run.
     *
     * @param relation a temporary table with the table's columns, which is changed; several rows of a key are folded
     * @param deleteWhen its boolean column that says which keys to delete for good
     * @param affected a relation of keys; those without a row in the batch are deleted
     */
    public record Batch(String relation, Optional<String> deleteWhen, Optional<String> affected) {}

    /** Merges a batch by key. */
    public Outcome merge(Caches caches, Batch batch, Stamp stamp, Gate gate) throws SQLException {
        KeyIndex index = caches.index().orElseThrow();
        long buried = takeDeleted(caches, batch);
        new IncomingBatch(db, table.name(), spec, batch.relation()).fold();
        KeyedMerge merge = new KeyedMerge(db, index, spec, batch.relation());
        merge.deleteMissing(missing(batch));
        MergeCounts counts = merge.decide().withStale(buried);
        WrittenRows written = write(merge.outSelect(), counts.written());
        List<DataFile> added = written.files();
        Replacement replaced = Replacement.write(table, files, merge.replacedPositions(), attemptId);
        commitDeleted(caches, stamp);
        Planned planned =
                new Planned(written.select(), () -> kept(replaced), now -> now + counts.inserted() - counts.deleted());
        Snapshot committed =
                commit(stamp, counts.deleted(), () -> gate.pass(planned), added, replaced.added(), transaction -> {
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
            index.follow(committed, written, merge.removed(), replaced.touched());
        } catch (SQLException | IOException e) {
            // The rows are committed, and an index that lags is caught up by the next run.
            LOG.warn("Key index did not follow a commit: table={}", table.name(), e);
        }
        return new Outcome(counts, committed.snapshotId(), 0, 0, written.bytes());
    }

    /** Replaces all rows of the table with the batch, folded by key. */
    public Outcome replace(Caches caches, Batch batch, Stamp stamp, Gate gate) throws SQLException {
        takeDeleted(caches, batch);
        new IncomingBatch(db, table.name(), spec, batch.relation()).fold();
        long rows = db.number("SELECT count(*) FROM " + batch.relation());
        String select = "SELECT %s FROM %s ORDER BY %s"
                .formatted(
                        SqlText.list(spec.columns(), column -> SqlText.name(column.name())),
                        batch.relation(),
                        SqlText.list(spec.key(), SqlText::name));
        WrittenRows written = write(select, rows);
        List<DataFile> added = written.files();
        commitDeleted(caches, stamp);
        Planned planned = new Planned(written.select(), List::of, now -> rows);
        Snapshot committed = commit(stamp, Stamp.UNKNOWN, () -> gate.pass(planned), added, List.of(), transaction -> {
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
        return new Outcome(counts, committed.snapshotId(), 0, 0, written.bytes());
    }

    /** The rows that stay where they are. */
    private List<FileRows> kept(Replacement replaced) {
        Map<String, TableFiles.LiveFile> touched = new HashMap<>();
        replaced.touched().forEach(live -> touched.put(live.file().location(), live));
        return files.files().stream()
                .map(live -> files.rows(touched.getOrDefault(live.file().location(), live)))
                .toList();
    }

    private static long takeDeleted(Caches caches, Batch batch) throws SQLException {
        return caches.deleted().isPresent() && batch.deleteWhen().isPresent()
                ? caches.deleted()
                        .get()
                        .apply(batch.relation(), batch.deleteWhen().get())
                : 0;
    }

    private static void commitDeleted(Caches caches, Stamp stamp) throws SQLException {
        if (caches.deleted().isPresent()) {
            caches.deleted().get().commit(stamp);
        }
    }

    /** Relations of keys that must not stay without a row in the batch. */
    private static List<String> missing(Batch batch) {
        List<String> relations = new ArrayList<>();
        batch.affected().ifPresent(relations::add);
        batch.deleteWhen().ifPresent(column -> relations.add(DeletedKeys.BATCH));
        return relations;
    }

    private WrittenRows write(String select, long rows) throws SQLException {
        return WrittenRows.write(db, local, table, spec, select, rows, attemptId);
    }

    private Snapshot commit(
            Stamp stamp,
            long deletedKeys,
            Runnable beforeCommit,
            List<DataFile> added,
            List<DeleteFile> vectors,
            Function<Transaction, SnapshotUpdate<?>> operation) {
        try {
            beforeCommit.run();
        } catch (RuntimeException e) {
            discard(added, vectors);
            throw e;
        }
        faults.pass(TablePoint.FILES_WRITTEN, table.name());
        return commit.commit(stamp, deletedKeys, operation, () -> discard(added, vectors));
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
}
