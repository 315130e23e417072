package dev.sluice.sink.merge;

import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.FileRelation;
import dev.sluice.sink.duck.SqlText;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides, key by key, what a folded batch does to a table. Everything but the batch itself is narrow: row numbers,
 * hashes, the ordering and the folded columns.
 */
final class KeyedMerge {
    /** Entries of keys to delete. */
    private static final String GONE = "sluice_gone";
    /** Per row of the batch, its entry and how the two compare. */
    private static final String LOOKED = "sluice_looked";
    /** Rows of the table without which a key cannot be decided, or that stay newest. */
    private static final String EXISTING = "sluice_existing";
    /** Per row of the batch, what becomes of it. */
    private static final String DECIDED = "sluice_decided";

    /** The row id of an entry. */
    static final String ENTRY_ROW = "_sluice_entry";

    private static final String BATCH_ROW = IncomingBatch.ROW;
    private static final String AT = "_sluice_at_";
    private static final String OLD = "_sluice_old_";

    private final DuckDb db;
    private final MergeSpec spec;
    private final IndexLayout layout;
    private final String batch;

    KeyedMerge(DuckDb db, MergeSpec spec, String batch) {
        this.db = db;
        this.spec = spec;
        this.layout = new IndexLayout(spec);
        this.batch = batch;
    }

    /** Marks the keys of relations that the batch has no row for: their rows go. */
    void deleteMissing(List<String> relations) throws SQLException {
        db.execute("CREATE TEMP TABLE %s (%s INTEGER, %s BIGINT, %s BIGINT)"
                .formatted(GONE, FileRelation.FILE, FileRelation.POSITION, ENTRY_ROW));
        String names = SqlText.list(spec.key(), SqlText::name);
        for (String keys : relations) {
            db.execute(
                    "INSERT INTO %s SELECT i.%s, i.%s, i.rowid FROM %s i JOIN (SELECT DISTINCT %s AS k FROM %s ANTI JOIN %s USING (%s)) a ON i.%s = a.k"
                            .formatted(
                                    GONE,
                                    FileRelation.FILE,
                                    FileRelation.POSITION,
                                    KeyIndex.ENTRY,
                                    layout.key(),
                                    keys,
                                    batch,
                                    names,
                                    IndexLayout.KEY));
        }
    }

    /** Compares the batch with the table. */
    MergeCounts decide() throws SQLException {
        lookUp();
        loadExisting();
        db.execute("""
                CREATE TEMP TABLE %s AS SELECT l.*, CASE
                  WHEN l.%s IS NULL THEN 'insert'
                  WHEN l._sluice_cmp > 0 THEN 'update'
                  WHEN l._sluice_cmp = 0 AND l.%s = l.%scontent THEN CASE WHEN l._sluice_improved THEN 'update' ELSE 'unchanged' END
                  WHEN l._sluice_cmp = 0 AND %s THEN 'update'
                  WHEN l._sluice_improved THEN 'late'
                  ELSE 'stale' END AS _sluice_action
                FROM %s l LEFT JOIN (SELECT %s, _sluice_tie FROM %s) e USING (%s)""".formatted(
                        DECIDED,
                        FileRelation.FILE,
                        IndexLayout.CONTENT,
                        OLD,
                        spec.tie() == Tie.GREATER_CONTENT ? "e._sluice_tie > 0" : "true",
                        LOOKED,
                        BATCH_ROW,
                        EXISTING,
                        BATCH_ROW));
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

    /** A query for file, position and entry of all rows that the merge removes. */
    String replaced() {
        return "SELECT %1$s, %2$s, %5$s FROM (%3$s) WHERE %1$s IS NOT NULL UNION ALL SELECT %1$s, %2$s, %5$s FROM %4$s"
                .formatted(FileRelation.FILE, FileRelation.POSITION, written(), GONE, ENTRY_ROW);
    }

    /** Positions to delete, by data file. */
    Map<String, List<Long>> replacedPositions(KeyIndex index) throws SQLException {
        Map<String, List<Long>> positions = new LinkedHashMap<>();
        db.rows(
                replaced() + " ORDER BY 1, 2",
                row -> positions
                        .computeIfAbsent(index.path(row.getInt(1)), path -> new ArrayList<>())
                        .add(row.getLong(2)));
        return positions;
    }

    /** A query for the rows to write, in table column order. */
    String outSelect() {
        List<MergeColumn> newest = spec.newest();
        String columns = SqlText.list(spec.columns(), column -> {
            String name = SqlText.name(column.name());
            return switch (column.fold()) {
                case NEWEST ->
                    newest.contains(column)
                            ? "CASE WHEN d._sluice_action = 'late' THEN e.%1$s ELSE b.%1$s END AS %1$s".formatted(name)
                            : "b." + name;
                case MIN -> "least(b.%1$s, d.%2$s) AS %1$s".formatted(name, old(column));
                case MAX -> "greatest(b.%1$s, d.%2$s) AS %1$s".formatted(name, old(column));
            };
        });
        return "SELECT %s FROM %s b JOIN (%s) d ON b.%s = d.%s LEFT JOIN %s e ON e.%s = d.%s"
                .formatted(columns, batch, written(), BATCH_ROW, BATCH_ROW, EXISTING, BATCH_ROW, BATCH_ROW);
    }

    private static String written() {
        return "SELECT * FROM %s WHERE _sluice_action IN ('insert', 'update', 'late')".formatted(DECIDED);
    }

    private void lookUp() throws SQLException {
        String olds = SqlText.join(
                spec.folded(), "", column -> ", i.%s AS %s".formatted(SqlText.name(column.name()), old(column)));
        String at = SqlText.join(
                spec.orderColumns(),
                "",
                column -> ", i.%s AS %s".formatted(SqlText.name(column.name()), SqlText.name(AT + column.name())));
        String kept = SqlText.join(layout.kept(), "", column -> ", " + SqlText.name(column.name()));
        db.execute("""
                CREATE TEMP TABLE %s AS
                SELECT b.%s, b.%s, i.%s, i.%s, i.%s, i.rowid AS %s, i.%s AS %scontent%s%s,
                  %s AS _sluice_cmp, %s AS _sluice_improved
                FROM (SELECT %s, %s AS %s, %s AS %s%s FROM %s) b LEFT JOIN %s i ON b.%s = i.%s""".formatted(
                        LOOKED,
                        BATCH_ROW,
                        IndexLayout.CONTENT,
                        FileRelation.FILE,
                        FileRelation.POSITION,
                        IndexLayout.REST,
                        ENTRY_ROW,
                        IndexLayout.CONTENT,
                        OLD,
                        olds,
                        at,
                        spec.compared().isEmpty() ? "0" : compare(spec.compared(), "b.", "i."),
                        improved(),
                        BATCH_ROW,
                        layout.key(),
                        IndexLayout.KEY,
                        layout.content(),
                        IndexLayout.CONTENT,
                        kept,
                        batch,
                        KeyIndex.ENTRY,
                        IndexLayout.KEY,
                        IndexLayout.KEY));
    }

    private String improved() {
        if (spec.folded().isEmpty()) {
            return "false";
        }
        return "("
                + SqlText.join(
                        spec.folded(),
                        " OR ",
                        column -> "(b.%1$s IS NOT NULL AND (i.%1$s IS NULL OR b.%1$s %2$s i.%1$s))"
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

    /** Fetches what the entries do not hold, for late improvements and ties. */
    private void loadExisting() throws SQLException {
        boolean ties = spec.tie() == Tie.GREATER_CONTENT;
        String order = SqlText.join(
                spec.orderColumns(),
                "",
                column -> ", %s AS %s".formatted(SqlText.name(AT + column.name()), SqlText.name(column.name())));
        String needed =
                "SELECT %1$s, %2$s, %3$s, %7$s%4$s FROM %5$s WHERE %2$s IS NOT NULL AND ((_sluice_cmp < 0 AND _sluice_improved)%6$s)"
                        .formatted(
                                BATCH_ROW,
                                FileRelation.FILE,
                                FileRelation.POSITION,
                                order,
                                LOOKED,
                                ties
                                        ? " OR (_sluice_cmp = 0 AND %s <> %scontent)"
                                                .formatted(IndexLayout.CONTENT, OLD)
                                        : "",
                                IndexLayout.REST);
        db.execute("CREATE TEMP TABLE sluice_needed AS " + needed);
        new OldRows(db, layout).fetch("sluice_kept", "sluice_needed");
        db.execute("CREATE TEMP TABLE %s AS SELECT e.*, %s AS _sluice_tie FROM sluice_kept e JOIN %s b ON b.%s = e.%s"
                .formatted(EXISTING, ties ? compare(spec.precedence(), "b.", "e.") : "0", batch, BATCH_ROW, BATCH_ROW));
    }

    private static String old(MergeColumn column) {
        return SqlText.name(OLD + column.name());
    }
}
