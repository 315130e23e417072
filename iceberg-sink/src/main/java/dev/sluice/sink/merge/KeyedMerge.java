package dev.sluice.sink.merge;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.FileRelation;
import dev.sluice.sink.duck.FileRows;
import dev.sluice.sink.duck.LocalFiles;
import dev.sluice.sink.duck.SqlText;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.deletes.Deletes;
import org.apache.iceberg.io.CloseableIterable;

/**
 * Decides, key by key, what a batch of rows does to a table. It works on temporary tables of one instance:
 * {@link #fold} makes one row per key of the batch, {@link #decide} compares each with the row in the table.
 */
final class KeyedMerge {
    /** One row per key of the batch. */
    static final String FOLDED = "sluice_folded";
    /** The rows to write: table columns, content hash, and the entry that each replaces. */
    static final String OUT = "sluice_out";
    /** Entries of keys to delete. */
    static final String GONE = "sluice_gone";

    private static final String LOOKED = "sluice_looked";
    private static final String EXISTING = "sluice_existing";
    private static final String DECIDED = "sluice_decided";
    private static final String ROW = "_sluice_row";
    private static final String OLD = "_sluice_old_";

    private final DuckDb db;
    private final LocalFiles local;
    private final Table table;
    private final TableFiles files;
    private final MergeSpec spec;
    private long bytesRead;
    private long rowsRead;

    KeyedMerge(DuckDb db, LocalFiles local, Table table, TableFiles files, MergeSpec spec) {
        this.db = db;
        this.local = local;
        this.table = table;
        this.files = files;
        this.spec = spec;
    }

    /** Bytes of the table's own data files that decisions needed. */
    long bytesRead() {
        return bytesRead;
    }

    /** Rows of the table that decisions needed. */
    long rowsRead() {
        return rowsRead;
    }

    /** Folds the batch into one row per key. */
    void fold(String batch) throws SQLException {
        String keys = names(spec.keyColumns());
        long nullKeys = db.number("SELECT count(*) FROM %s WHERE %s"
                .formatted(batch, SqlText.join(spec.key(), " OR ", key -> SqlText.name(key) + " IS NULL")));
        if (nullKeys > 0) {
            throw new SluiceException(
                    ErrorCode.MODEL_FAILED,
                    "[%s] Cannot merge rows: unique_key %s has nulls, expected none, found %d"
                            .formatted(table.name(), spec.key(), nullKeys));
        }
        String order = spec.precedence().isEmpty()
                ? ""
                : " ORDER BY "
                        + SqlText.list(spec.precedence(), column -> SqlText.name(column.name()) + " DESC NULLS LAST");
        String columns = SqlText.list(spec.columns(), column -> {
            String name = SqlText.name(column.name());
            return column.fold() == Fold.NEWEST
                    ? name
                    : "%s(%s) OVER (PARTITION BY %s) AS %s".formatted(column.fold(), name, keys, name);
        });
        db.execute(
                "CREATE TEMP TABLE %s AS SELECT *, %s AS %s FROM (SELECT %s, row_number() OVER (PARTITION BY %s%s) AS _sluice_nth FROM %s) WHERE _sluice_nth = 1"
                        .formatted(FOLDED, KeyIndex.content(spec), KeyIndex.CONTENT, columns, keys, order, batch));
        db.execute("ALTER TABLE %s DROP COLUMN _sluice_nth".formatted(FOLDED));
    }

    /** Compares the folded batch with the table. */
    MergeCounts decide(KeyIndex index) throws SQLException {
        lookUp();
        loadExisting(index);
        boolean tieNeedsRow = spec.tie() == Tie.GREATER_CONTENT;
        db.execute("""
                CREATE TEMP TABLE %s AS SELECT l.*, CASE
                  WHEN l.%s IS NULL THEN 'insert'
                  WHEN l._sluice_cmp > 0 THEN 'update'
                  WHEN l._sluice_cmp = 0 AND l.%s = l.%s%s THEN CASE WHEN l._sluice_improved THEN 'update' ELSE 'unchanged' END
                  WHEN l._sluice_cmp = 0 AND %s THEN 'update'
                  WHEN l._sluice_improved THEN 'late'
                  ELSE 'stale' END AS _sluice_action
                FROM %s l LEFT JOIN %s e ON e.%s = l.%s""".formatted(
                        DECIDED,
                        ROW,
                        KeyIndex.CONTENT,
                        OLD,
                        "content",
                        tieNeedsRow ? compare(spec.precedence(), "l.", "e.") + " > 0" : "true",
                        LOOKED,
                        EXISTING,
                        ROW,
                        ROW));
        writeOut();
        Map<String, Long> actions = new HashMap<>();
        db.rows(
                "SELECT _sluice_action, count(*) FROM %s GROUP BY ALL".formatted(DECIDED),
                row -> actions.put(row.getString(1), row.getLong(2)));
        return new MergeCounts(
                actions.getOrDefault("insert", 0L),
                actions.getOrDefault("update", 0L) + actions.getOrDefault("late", 0L),
                actions.getOrDefault("unchanged", 0L),
                actions.getOrDefault("stale", 0L),
                db.number("SELECT count(*) FROM " + GONE));
    }

    /** Marks the keys of a relation that the batch has no row for: their rows go. */
    void deleteMissing(String affected) throws SQLException {
        String keys = names(spec.keyColumns());
        db.execute(
                "CREATE TEMP TABLE %s AS SELECT i.rowid AS %s, i.%s, i.%s FROM %s i JOIN (SELECT * FROM %s ANTI JOIN %s USING (%s)) a USING (%s)"
                        .formatted(
                                GONE,
                                ROW,
                                FileRelation.FILE,
                                FileRelation.POSITION,
                                KeyIndex.ENTRY,
                                affected,
                                FOLDED,
                                keys,
                                keys));
    }

    /** No key goes missing. */
    void deleteNothing() throws SQLException {
        db.execute("CREATE TEMP TABLE %s (%s BIGINT, %s INTEGER, %s BIGINT)"
                .formatted(GONE, ROW, FileRelation.FILE, FileRelation.POSITION));
    }

    /** A query for the row ids of all entries whose rows the merge removes. */
    static String replacedEntries() {
        return "SELECT %s FROM %s WHERE %s IS NOT NULL UNION ALL SELECT %s FROM %s".formatted(ROW, OUT, ROW, ROW, GONE);
    }

    /** Positions to delete, by data file. */
    Map<String, List<Long>> replacedPositions(KeyIndex index) throws SQLException {
        Map<String, List<Long>> positions = new LinkedHashMap<>();
        String query =
                "SELECT %2$s, %3$s FROM %1$s WHERE %2$s IS NOT NULL UNION ALL SELECT %2$s, %3$s FROM %4$s ORDER BY 1, 2"
                        .formatted(OUT, FileRelation.FILE, FileRelation.POSITION, GONE);
        db.rows(
                query,
                row -> positions
                        .computeIfAbsent(index.path(row.getInt(1)), path -> new ArrayList<>())
                        .add(row.getLong(2)));
        return positions;
    }

    /** A query for the rows to write, in table column order. */
    String outSelect() {
        return "SELECT %s FROM %s".formatted(names(spec.columns()), OUT);
    }

    private void lookUp() throws SQLException {
        String olds = SqlText.join(
                spec.folded(), "", column -> ", i.%s AS %s".formatted(SqlText.name(column.name()), old(column)));
        db.execute(
                "CREATE TEMP TABLE %s AS SELECT f.*, i.rowid AS %s, i.%s, i.%s, i.%s AS %scontent%s, %s AS _sluice_cmp, %s AS _sluice_improved FROM %s f LEFT JOIN %s i ON %s"
                        .formatted(
                                LOOKED,
                                ROW,
                                FileRelation.FILE,
                                FileRelation.POSITION,
                                KeyIndex.CONTENT,
                                OLD,
                                olds,
                                compareOrder(),
                                improved(),
                                FOLDED,
                                KeyIndex.ENTRY,
                                SqlText.join(
                                        spec.key(), " AND ", key -> "f.%1$s = i.%1$s".formatted(SqlText.name(key)))));
    }

    private String compareOrder() {
        return spec.orderBy().isEmpty() ? "0" : compare(spec.orderColumns(), "f.", "i.");
    }

    private String improved() {
        if (spec.folded().isEmpty()) {
            return "false";
        }
        return "("
                + SqlText.join(
                        spec.folded(),
                        " OR ",
                        column -> "(f.%1$s IS NOT NULL AND (i.%1$s IS NULL OR f.%1$s %2$s i.%1$s))"
                                .formatted(SqlText.name(column.name()), column.fold() == Fold.MIN ? "<" : ">"))
                + ")";
    }

    /** SQL of 1, 0 or -1, as the incoming row is greater, equal or smaller than the existing one; null is smallest. */
    private static String compare(List<MergeColumn> columns, String incoming, String existing) {
        StringBuilder sql = new StringBuilder("CASE");
        for (MergeColumn column : columns) {
            String name = SqlText.name(column.name());
            sql.append(" WHEN %1$s IS DISTINCT FROM %2$s THEN CASE WHEN %2$s IS NULL OR %1$s > %2$s THEN 1 ELSE -1 END"
                    .formatted(incoming + name, existing + name));
        }
        return sql.append(" ELSE 0 END").toString();
    }

    /** Reads the rows in the table without which a key cannot be decided: late improvements, and ties. */
    private void loadExisting(KeyIndex index) throws SQLException {
        String tie = spec.tie() == Tie.GREATER_CONTENT
                ? " OR (_sluice_cmp = 0 AND %s <> %scontent)".formatted(KeyIndex.CONTENT, OLD)
                : "";
        String needed =
                "SELECT %s, %s, %s FROM %s WHERE %s IS NOT NULL AND ((_sluice_cmp < 0 AND _sluice_improved)%s) ORDER BY 2, 3"
                        .formatted(ROW, FileRelation.FILE, FileRelation.POSITION, LOOKED, ROW, tie);
        Map<String, List<Long>> positions = new LinkedHashMap<>();
        db.rows(
                needed,
                row -> positions
                        .computeIfAbsent(index.path(row.getInt(2)), path -> new ArrayList<>())
                        .add(row.getLong(3)));
        List<FileRows> rows = new ArrayList<>();
        positions.forEach((path, wanted) -> {
            TableFiles.LiveFile live = files.file(path);
            long bytes = live == null ? 0 : live.file().fileSizeInBytes();
            bytesRead += bytes;
            rowsRead += wanted.size();
            rows.add(FileRows.only(path, bytes, 0, Deletes.toPositionIndex(CloseableIterable.withNoopClose(wanted))));
        });
        List<MergeColumn> columns = spec.newest();
        FileRelation existing = FileRelation.create(
                db,
                local,
                table.io(),
                "sluice_existing",
                table.schema(),
                columns.stream().map(MergeColumn::plain).toList(),
                rows);
        // The relation counts files in its own order, the index by its ids.
        String byFile = rows.isEmpty()
                ? "0"
                : "([" + SqlText.list(existing.files(), file -> Integer.toString(index.id(file.location()))) + "])["
                        + FileRelation.FILE + " + 1]";
        db.execute(
                "CREATE TEMP TABLE %s AS SELECT n.%s, x.* EXCLUDE (%s, %s, %s) FROM (%s) n JOIN (SELECT *, %s AS _sluice_id FROM (%s)) x ON x._sluice_id = n.%s AND x.%s = n.%s"
                        .formatted(
                                EXISTING,
                                ROW,
                                FileRelation.FILE,
                                FileRelation.POSITION,
                                FileRelation.SEQUENCE,
                                needed,
                                byFile,
                                existing.selectLocated(),
                                FileRelation.FILE,
                                FileRelation.POSITION,
                                FileRelation.POSITION));
    }

    private void writeOut() throws SQLException {
        String columns = SqlText.list(spec.columns(), column -> {
            String name = SqlText.name(column.name());
            if (spec.key().contains(column.name())) {
                return "d." + name;
            }
            return switch (column.fold()) {
                case NEWEST ->
                    "CASE WHEN d._sluice_action = 'late' THEN e.%1$s ELSE d.%1$s END AS %1$s".formatted(name);
                case MIN -> "least(d.%1$s, d.%2$s) AS %1$s".formatted(name, old(column));
                case MAX -> "greatest(d.%1$s, d.%2$s) AS %1$s".formatted(name, old(column));
            };
        });
        db.execute(
                "CREATE TEMP TABLE %s AS SELECT %s, CASE WHEN d._sluice_action = 'late' THEN d.%scontent ELSE d.%s END AS %s, d.%s, d.%s, d.%s FROM %s d LEFT JOIN %s e ON e.%s = d.%s WHERE d._sluice_action IN ('insert', 'update', 'late') ORDER BY %s"
                        .formatted(
                                OUT,
                                columns,
                                OLD,
                                KeyIndex.CONTENT,
                                KeyIndex.CONTENT,
                                ROW,
                                FileRelation.FILE,
                                FileRelation.POSITION,
                                DECIDED,
                                EXISTING,
                                ROW,
                                ROW,
                                SqlText.list(spec.key(), key -> "d." + SqlText.name(key))));
    }

    private static String old(MergeColumn column) {
        return SqlText.name(OLD + column.name());
    }

    private static String names(List<MergeColumn> columns) {
        return SqlText.list(columns, column -> SqlText.name(column.name()));
    }
}
