package dev.sluice.sink.merge;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.duck.Column;
import dev.sluice.sink.duck.DataFileWriter;
import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.DuckTypes;
import dev.sluice.sink.duck.FileRelation;
import dev.sluice.sink.duck.FileRows;
import dev.sluice.sink.duck.LocalFiles;
import dev.sluice.sink.duck.SqlText;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;

/**
 * The keys that were deleted from a table for good: the rows of a companion table, which only grows. They are committed
 * before the rows go, so a run that ends in between is finished by the next one and no deletion is ever forgotten. A
 * copy lies on this machine, caught up by what the companion gained.
 */
public final class DeletedKeys {
    /** The keys that a batch deletes. */
    static final String BATCH = "sluice_deleted_batch";

    private static final String KNOWN = DeletedKeysFile.DATABASE + ".deleted";
    private static final String TAG = DeletedKeysFile.DATABASE + ".deleted_tag";
    private static final String FRESH = "sluice_deleted_fresh";

    private final DuckDb db;
    private final LocalFiles local;
    private final Table companion;
    private final MergeSpec spec;
    private final String attemptId;
    private long fresh;

    private DeletedKeys(DuckDb db, LocalFiles local, Table companion, MergeSpec spec, String attemptId) {
        this.db = db;
        this.local = local;
        this.companion = companion;
        this.spec = spec;
        this.attemptId = attemptId;
    }

    /** Brings the attached copy up to the companion's current snapshot. */
    static DeletedKeys open(DuckDb db, LocalFiles local, Table companion, MergeSpec spec, String attemptId)
            throws SQLException {
        DeletedKeys keys = new DeletedKeys(db, local, companion, spec, attemptId);
        db.transaction(keys::bringUp);
        return keys;
    }

    /** Keys that no batch had deleted before. */
    long fresh() {
        return fresh;
    }

    /** Takes rows out of a batch: those of keys that it deletes, and those of keys that were deleted before. */
    long apply(String batch, String deleteWhen) throws SQLException {
        String keys = names();
        db.execute("CREATE TEMP TABLE %s AS SELECT DISTINCT %s FROM %s WHERE %s"
                .formatted(BATCH, keys, batch, SqlText.name(deleteWhen)));
        long flagged = db.number("SELECT count(*) FROM %s WHERE %s"
                .formatted(BATCH, SqlText.join(spec.key(), " OR ", key -> SqlText.name(key) + " IS NULL")));
        if (flagged > 0) {
            throw new SluiceException(
                    ErrorCode.MODEL_FAILED,
                    "[%s] Cannot delete rows: unique_key %s of a row with %s is null, expected the key to delete"
                            .formatted(companion.name(), spec.key(), deleteWhen));
        }
        db.execute("DELETE FROM %s WHERE %s".formatted(batch, SqlText.name(deleteWhen)));
        db.execute("CREATE TEMP TABLE %s AS SELECT %s FROM %s ANTI JOIN %s USING (%s)"
                .formatted(FRESH, keys, BATCH, KNOWN, keys));
        fresh = db.number("SELECT count(*) FROM " + FRESH);
        String dead = "(SELECT * FROM %s UNION ALL SELECT * FROM %s)".formatted(KNOWN, FRESH);
        long stale = db.number("SELECT count(*) FROM (SELECT DISTINCT %s FROM %s SEMI JOIN %s d USING (%s))"
                .formatted(keys, batch, dead, keys));
        if (stale > 0) {
            db.execute("DELETE FROM %s USING %s d WHERE %s"
                    .formatted(
                            batch,
                            dead,
                            SqlText.join(
                                    spec.key(),
                                    " AND ",
                                    key -> "%s.%2$s = d.%2$s".formatted(batch, SqlText.name(key)))));
        }
        return stale;
    }

    /** Commits the batch's deletions; they stand whatever becomes of the rest of the run. */
    void commit(Stamp stamp) throws SQLException {
        if (fresh == 0) {
            return;
        }
        List<DataFile> files = new DataFileWriter(db, local)
                .write(
                        companion,
                        "SELECT %s FROM %s ORDER BY ALL".formatted(names(), FRESH),
                        spec.key(),
                        attemptId + "-deleted");
        try {
            AppendFiles append = companion.newFastAppend();
            files.forEach(append::appendFile);
            append.set(Stamp.MODEL, stamp.model());
            append.set(Stamp.RUN_ID, stamp.runId());
            append.commit();
        } catch (CommitFailedException e) {
            throw new SluiceException(
                    ErrorCode.COMMIT_CONFLICT,
                    "[%s] Cannot commit deletions of run %s: %s"
                            .formatted(companion.name(), stamp.runId(), e.getMessage()),
                    e);
        } catch (CommitStateUnknownException e) {
            // Committed or not, the next attempt reads what is there; a key may be in the table twice.
            throw new SluiceException(
                    ErrorCode.COMMIT_UNKNOWN,
                    "[%s] Cannot tell whether deletions of run %s were committed: %s"
                            .formatted(companion.name(), stamp.runId(), e.getMessage()),
                    e);
        }
    }

    private void bringUp() throws SQLException {
        TableFiles files = TableFiles.current(companion);
        if (!belongs()) {
            db.execute("CREATE OR REPLACE TABLE %s (%s)"
                    .formatted(
                            KNOWN,
                            SqlText.list(
                                    spec.keyColumns(),
                                    key -> SqlText.name(key.name()) + " " + DuckTypes.of(key.type()))));
            db.execute(
                    "CREATE OR REPLACE TABLE %s AS SELECT %s AS table_uuid, %s AS key, CAST(0 AS BIGINT) AS snapshot_id"
                            .formatted(
                                    TAG,
                                    SqlText.literal(companion.uuid().toString()),
                                    SqlText.literal(spec.keyColumns().toString())));
        }
        OptionalLong now = files.snapshotId();
        long known = db.number("SELECT snapshot_id FROM " + TAG);
        if (now.isEmpty() || now.getAsLong() == known) {
            return;
        }
        load(
                files.snapshot() == null
                        ? List.of()
                        : Changes.between(companion, known, files.snapshot())
                                .map(Changes::added)
                                .orElseGet(files::rows));
        db.execute("UPDATE %s SET snapshot_id = %d".formatted(TAG, now.getAsLong()));
    }

    private boolean belongs() throws SQLException {
        return DeletedKeysFile.has(db, List.of("deleted", "deleted_tag"))
                && db.number("SELECT count(*) FROM %s WHERE table_uuid = %s AND key = %s"
                                .formatted(
                                        TAG,
                                        SqlText.literal(companion.uuid().toString()),
                                        SqlText.literal(spec.keyColumns().toString())))
                        == 1;
    }

    private void load(List<FileRows> rows) throws SQLException {
        List<Column> columns =
                spec.keyColumns().stream().map(MergeColumn::plain).toList();
        FileRelation read = FileRelation.create(
                db, local, companion.io(), "sluice_deleted_scan", companion.schema(), columns, rows);
        db.execute("INSERT INTO %s SELECT DISTINCT %s FROM (%s) ANTI JOIN %s USING (%s)"
                .formatted(KNOWN, names(), read.select(), KNOWN, names()));
    }

    private String names() {
        return SqlText.list(spec.key(), SqlText::name);
    }
}
