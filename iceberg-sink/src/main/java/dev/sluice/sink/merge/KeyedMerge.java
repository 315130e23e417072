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
    /** Keys that the batch has no row for. */
    private static final String MISSING = "sluice_missing";
    /** Rows of keys to delete. */
    private static final String GONE = "sluice_gone";
    /** Per row of the batch, the hashes of its key. */
    private static final String HASHED = "sluice_hashed";
    /** What the key index has for keys. */
    private static final String FOUND = "sluice_found";
    /** Of these, how the row of the batch compares. */
    private static final String LOOKED = "sluice_looked";
    /** Rows of the table without which a key cannot be decided, or that stay newest. */
    private static final String EXISTING = "sluice_existing";
    /** Rows of the table that are needed whole, as far as they were looked up. */
    private static final String NEEDED = "sluice_needed";
    /** The rest of them. */
    private static final String RESTS = "sluice_rests";
    /** Per row of the batch whose key the table has, what becomes of it. */
    private static final String DECIDED = "sluice_decided";

    private static final String BATCH_ROW = IncomingBatch.ROW;
    private static final String ACTION = "_sluice_action";
    private static final String AT = "_sluice_at_";
    private static final String OLD = "_sluice_old_";

    private final DuckDb db;
    private final MergeSpec spec;
    private final IndexLayout layout;
    private final KeyIndex index;
    private final String batch;

    KeyedMerge(DuckDb db, KeyIndex index, MergeSpec spec, String batch) {
        this.db = db;
        this.index = index;
        this.spec = spec;
        this.layout = new IndexLayout(spec);
        this.batch = batch;
    }

    /** Marks the keys of relations that the batch has no row for: their rows go. */
    void deleteMissing(List<String> relations) throws SQLException {
        String names = SqlText.list(spec.key(), SqlText::name);
        String missing = SqlText.join(
                relations,
                " UNION ",
                keys -> "SELECT %s FROM %s ANTI JOIN %s USING (%s)".formatted(names, keys, batch, names));
        db.execute("CREATE TEMP TABLE %s AS SELECT row_number() OVER () AS %s, %s FROM (%s)"
                .formatted(
                        MISSING,
                        BATCH_ROW,
                        layout.hashes(),
                        relations.isEmpty() ? "SELECT %s FROM %s WHERE false".formatted(names, batch) : missing));
        index.find(FOUND, MISSING, BATCH_ROW);
        db.execute("CREATE TEMP TABLE %s AS SELECT m.%s, m.%s, f.%s, f.%s FROM %s f JOIN %s m ON f.%s = m.%s"
                .formatted(
                        GONE,
                        IndexLayout.HIGH,
                        IndexLayout.LOW,
                        FileRelation.FILE,
                        FileRelation.POSITION,
                        FOUND,
                        MISSING,
                        BATCH_ROW,
                        BATCH_ROW));
    }

    /** Compares the batch with the table. */
    MergeCounts decide() throws SQLException {
        lookUp();
        loadExisting();
        db.execute("""
                CREATE TEMP TABLE %s AS SELECT l.*, CASE
                  WHEN l._sluice_cmp > 0 THEN 'update'
                  WHEN l._sluice_cmp = 0 AND l.%s = l.%scontent THEN CASE WHEN l._sluice_improved THEN 'update' ELSE 'unchanged' END
                  WHEN l._sluice_cmp = 0 AND %s THEN 'update'
                  WHEN l._sluice_improved THEN 'late'
                  ELSE 'stale' END AS %s
                FROM %s l LEFT JOIN (SELECT %s, _sluice_tie FROM %s) e USING (%s)""".formatted(
                        DECIDED,
                        IndexLayout.CONTENT,
                        OLD,
                        spec.tie() == Tie.GREATER_CONTENT ? "e._sluice_tie > 0" : "true",
                        ACTION,
                        LOOKED,
                        BATCH_ROW,
                        EXISTING,
                        BATCH_ROW));
        Map<String, Long> actions = new HashMap<>();
        db.rows(
                "SELECT %s, count(*) FROM %s GROUP BY ALL".formatted(ACTION, DECIDED),
                row -> actions.put(row.getString(1), row.getLong(2)));
        long found = actions.values().stream().mapToLong(Long::longValue).sum();
        return new MergeCounts(
                db.number("SELECT count(*) FROM " + batch) - found,
                actions.getOrDefault("update", 0L) + actions.getOrDefault("late", 0L),
                actions.getOrDefault("unchanged", 0L),
                actions.getOrDefault("stale", 0L),
                db.number("SELECT count(*) FROM " + GONE));
    }

    /** A query for the hashes of the keys that have no row any more. */
    String removed() {
        return "SELECT %s, %s FROM %s".formatted(IndexLayout.HIGH, IndexLayout.LOW, GONE);
    }

    /** Positions to delete, by data file. */
    Map<String, List<Long>> replacedPositions() throws SQLException {
        Map<String, List<Long>> positions = new LinkedHashMap<>();
        db.rows(
                "SELECT %1$s, %2$s FROM %3$s WHERE %4$s IN ('update', 'late') UNION ALL SELECT %1$s, %2$s FROM %5$s ORDER BY 1, 2"
                        .formatted(FileRelation.FILE, FileRelation.POSITION, DECIDED, ACTION, GONE),
                row -> positions
                        .computeIfAbsent(index.path(row.getInt(1)), path -> new ArrayList<>())
                        .add(row.getLong(2)));
        return positions;
    }

    /** A query for the rows to write, in table column order. */
    String outSelect() {
        return """
                SELECT %s FROM %s b LEFT JOIN %s d ON d.%s = b.%s WHERE d.%s IS NULL OR d.%s = 'update'
                UNION ALL
                SELECT %s FROM (SELECT * FROM %s WHERE %s = 'late') d JOIN %s b ON b.%s = d.%s JOIN %s e ON e.%s = d.%s""".formatted(
                        out("b"), batch, DECIDED, BATCH_ROW, BATCH_ROW, ACTION, ACTION, out("e"), DECIDED, ACTION,
                        batch, BATCH_ROW, BATCH_ROW, EXISTING, BATCH_ROW, BATCH_ROW);
    }

    /** The columns of a row to write, of which one of the relations has the newest. */
    private String out(String newest) {
        return SqlText.list(spec.columns(), column -> {
            String name = SqlText.name(column.name());
            String from = spec.key().contains(column.name()) ? "b" : newest;
            return switch (column.fold()) {
                case NEWEST -> from + "." + name;
                case MIN -> "least(b.%1$s, d.%2$s) AS %1$s".formatted(name, old(column));
                case MAX -> "greatest(b.%1$s, d.%2$s) AS %1$s".formatted(name, old(column));
            };
        });
    }

    /** Compares the rows whose keys the table has. */
    private void lookUp() throws SQLException {
        db.execute(
                "CREATE TEMP TABLE %s AS SELECT %s, %s FROM %s".formatted(HASHED, BATCH_ROW, layout.hashes(), batch));
        index.find(FOUND, HASHED, BATCH_ROW);
        List<MergeColumn> kept = layout.kept();
        String olds = SqlText.join(
                spec.folded(), "", column -> ", i.%s AS %s".formatted(SqlText.name(column.name()), old(column)));
        String at = SqlText.join(
                spec.orderColumns(),
                "",
                column -> ", i.%s AS %s".formatted(SqlText.name(column.name()), SqlText.name(AT + column.name())));
        db.execute("""
                CREATE TEMP TABLE %s AS
                SELECT i.%s, i.%s, i.%s, i.%s, b.%s, i.%s AS %scontent%s%s, %s AS _sluice_cmp, %s AS _sluice_improved
                FROM (SELECT %s, %s, %s, %s, %s%s FROM %s) i
                JOIN (SELECT %s, %s AS %s%s FROM %s) b ON b.%s = i.%s""".formatted(
                        LOOKED,
                        BATCH_ROW,
                        FileRelation.FILE,
                        FileRelation.POSITION,
                        IndexLayout.RECORD,
                        IndexLayout.CONTENT,
                        IndexLayout.CONTENT,
                        OLD,
                        olds,
                        at,
                        spec.compared().isEmpty() ? "0" : compare(spec.compared(), "b.", "i."),
                        improved(),
                        BATCH_ROW,
                        FileRelation.FILE,
                        FileRelation.POSITION,
                        IndexLayout.RECORD,
                        IndexLayout.CONTENT,
                        IndexLayout.decoded(kept, ""),
                        FOUND,
                        BATCH_ROW,
                        layout.content(),
                        IndexLayout.CONTENT,
                        SqlText.join(kept, "", column -> ", " + SqlText.name(column.name())),
                        batch,
                        BATCH_ROW,
                        BATCH_ROW));
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

    /** Fetches what is left of the rows of the table, for late improvements and ties. */
    private void loadExisting() throws SQLException {
        boolean ties = spec.tie() == Tie.GREATER_CONTENT;
        String order = SqlText.join(
                spec.orderColumns(),
                "",
                column -> ", %s AS %s".formatted(SqlText.name(AT + column.name()), SqlText.name(column.name())));
        db.execute(
                "CREATE TEMP TABLE %s AS SELECT l.%s, %s, %s, %s%s FROM %s l JOIN %s h ON h.%s = l.%s WHERE (_sluice_cmp < 0 AND _sluice_improved)%s"
                        .formatted(
                                NEEDED,
                                BATCH_ROW,
                                IndexLayout.HIGH,
                                IndexLayout.LOW,
                                IndexLayout.RECORD,
                                order,
                                LOOKED,
                                HASHED,
                                BATCH_ROW,
                                BATCH_ROW,
                                ties
                                        ? " OR (_sluice_cmp = 0 AND %s <> %scontent)"
                                                .formatted(IndexLayout.CONTENT, OLD)
                                        : ""));
        index.rests(RESTS, NEEDED, BATCH_ROW);
        db.execute(
                "CREATE TEMP TABLE %s AS SELECT e.*, %s AS _sluice_tie FROM (SELECT n.* EXCLUDE (%s, %s, %s)%s FROM %s n JOIN %s r ON n.%s = r.%s) e JOIN %s b ON e.%s = b.%s"
                        .formatted(
                                EXISTING,
                                ties ? compare(spec.precedence(), "b.", "e.") : "0",
                                IndexLayout.HIGH,
                                IndexLayout.LOW,
                                IndexLayout.RECORD,
                                IndexLayout.decoded(layout.rest(), "r."),
                                NEEDED,
                                RESTS,
                                BATCH_ROW,
                                BATCH_ROW,
                                batch,
                                BATCH_ROW,
                                BATCH_ROW));
    }

    private static String old(MergeColumn column) {
        return SqlText.name(OLD + column.name());
    }
}
