package dev.sluice.sink.model.trino;

import dev.sluice.sink.duck.SqlText;
import dev.sluice.sink.merge.Fold;
import dev.sluice.sink.merge.MergeColumn;
import dev.sluice.sink.merge.MergeSpec;
import dev.sluice.sink.merge.Tie;
import java.util.List;
import java.util.OptionalLong;

/**
 * The statements that bring rows into a table by key. What becomes of each key is decided in a query of its own, by the
 * rules of {@code KeyedMerge}; the MERGE only does it.
 */
final class MergeSql {
    /** What becomes of a key: insert, update, late (only minima and maxima change), unchanged, stale, delete. */
    static final String ACTION = "_sluice_action";

    private static final String THERE = "_sluice_there_";
    private static final String IS_NEW = "_sluice_new";
    private static final String COMPARED = "_sluice_compared";
    private static final String SAME = "_sluice_same";
    private static final String IMPROVED = "_sluice_improved";
    private static final String TIE = "_sluice_tie";

    private final MergeSpec spec;

    MergeSql(MergeSpec spec) {
        this.spec = spec;
    }

    String columns() {
        return SqlText.list(spec.columns(), column -> SqlText.name(column.name()));
    }

    /** The rows made one per key. */
    String folded(String rows) {
        String keys = SqlText.list(spec.key(), SqlText::name);
        String order = spec.precedence().isEmpty()
                ? ""
                : " ORDER BY " + SqlText.list(spec.precedence(), column -> orderable("", column) + " DESC NULLS LAST");
        String shown = SqlText.list(spec.columns(), column -> {
            String name = SqlText.name(column.name());
            return column.fold() == Fold.NEWEST
                    ? name
                    : "%s(%s) OVER (PARTITION BY %s) AS %s".formatted(column.fold(), name, keys, name);
        });
        return "SELECT %s FROM (SELECT %s, row_number() OVER (PARTITION BY %s%s) AS _sluice_nth FROM (%s)) WHERE _sluice_nth = 1"
                .formatted(columns(), shown, keys, order, rows);
    }

    /**
     * What a merge does, per key: the row that the table will have, and {@link #ACTION}.
     *
     * @param folded rows, one per key
     * @param there the table's rows
     * @param gone keys that the table must not have without a row in {@code folded}
     */
    String merged(String folded, String there, String gone) {
        String action = """
                CASE
                  WHEN %s THEN 'insert'
                  WHEN %s > 0 THEN 'update'
                  WHEN %s = 0 AND %s THEN CASE WHEN %s THEN 'update' ELSE 'unchanged' END
                  WHEN %s = 0 AND %s THEN 'update'
                  WHEN %s THEN 'late'
                  ELSE 'stale' END""".formatted(
                        IS_NEW,
                        COMPARED,
                        COMPARED,
                        SAME,
                        IMPROVED,
                        COMPARED,
                        spec.tie() == Tie.GREATER_CONTENT ? TIE + " > 0" : "TRUE",
                        IMPROVED);
        String values = SqlText.list(spec.columns(), column -> {
            String name = SqlText.name(column.name());
            String old = old(column);
            return switch (column.fold()) {
                case NEWEST ->
                    spec.key().contains(column.name())
                            ? name
                            : "CASE WHEN %s = 'late' THEN %s ELSE %s END AS %s".formatted(ACTION, old, name, name);
                case MIN -> extreme(name, old, "<");
                case MAX -> extreme(name, old, ">");
            };
        });
        return "SELECT %s, %s FROM (SELECT d.*, %s AS %s FROM (%s) d) UNION ALL %s"
                .formatted(values, ACTION, action, ACTION, compared(folded, there), deleted(folded, there, gone));
    }

    /** What makes the table hold the folded rows and no others, per key. */
    String replaced(String folded, String there) {
        String same = isSame(spec.columns().stream()
                .filter(column -> !spec.key().contains(column.name()))
                .toList());
        String action =
                "CASE WHEN %s THEN 'insert' WHEN %s THEN 'unchanged' ELSE 'update' END".formatted(isNew(), same);
        return "SELECT %s, %s AS %s FROM (%s) f LEFT JOIN (%s) t ON %s UNION ALL %s"
                .formatted(
                        SqlText.list(spec.columns(), column -> "f." + SqlText.name(column.name())),
                        action,
                        ACTION,
                        folded,
                        there,
                        on("t", "f"),
                        deleted(folded, there, there));
    }

    /**
     * Does what was decided, if the table is still at the snapshot that it was decided for.
     *
     * @param table quoted path
     * @param decided quoted path of the rows of {@link #merged} or {@link #replaced}
     */
    String apply(String table, String refsTable, OptionalLong snapshot, String decided) {
        List<MergeColumn> others = spec.columns().stream()
                .filter(column -> !spec.key().contains(column.name()))
                .toList();
        String unmoved = snapshot.isPresent()
                ? "(SELECT max(snapshot_id) FROM %s WHERE name = 'main') = %d"
                        .formatted(refsTable, snapshot.getAsLong())
                : "(SELECT count(*) FROM %s WHERE name = 'main') = 0".formatted(refsTable);
        String update = others.isEmpty()
                ? ""
                : "WHEN MATCHED THEN UPDATE SET "
                        + SqlText.list(others, column -> "%1$s = s.%1$s".formatted(SqlText.name(column.name())));
        return """
                MERGE INTO %s t USING (SELECT * FROM %s WHERE %s IN ('insert', 'update', 'late', 'delete') AND %s) s
                ON %s
                WHEN MATCHED AND s.%s = 'delete' THEN DELETE
                %s
                WHEN NOT MATCHED AND s.%s <> 'delete' THEN INSERT (%s) VALUES (%s)""".formatted(
                        table,
                        decided,
                        ACTION,
                        unmoved,
                        on("t", "s"),
                        ACTION,
                        update,
                        ACTION,
                        columns(),
                        SqlText.list(spec.columns(), column -> "s." + SqlText.name(column.name())));
    }

    private String compared(String folded, String there) {
        List<MergeColumn> others = spec.columns().stream()
                .filter(column -> !spec.key().contains(column.name()))
                .toList();
        return "SELECT f.*%s, %s AS %s, %s AS %s, %s AS %s, %s AS %s, %s AS %s FROM (%s) f LEFT JOIN (%s) t ON %s"
                .formatted(
                        SqlText.join(
                                others,
                                "",
                                column -> ", t.%s AS %s".formatted(SqlText.name(column.name()), old(column))),
                        isNew(),
                        IS_NEW,
                        compare(spec.compared()),
                        COMPARED,
                        isSame(spec.newest()),
                        SAME,
                        improved(),
                        IMPROVED,
                        spec.tie() == Tie.GREATER_CONTENT ? compare(spec.precedence()) : "0",
                        TIE,
                        folded,
                        there,
                        on("t", "f"));
    }

    private String deleted(String folded, String there, String gone) {
        return "SELECT %s, 'delete' FROM (%s)"
                .formatted(
                        columns(),
                        TrinoInputs.without(
                                gone.equals(there) ? there : TrinoInputs.within(there, gone, spec.key()),
                                folded,
                                spec.key()));
    }

    private String isNew() {
        return "t.%s IS NULL".formatted(SqlText.name(spec.key().get(0)));
    }

    private static String isSame(List<MergeColumn> columns) {
        return columns.isEmpty()
                ? "TRUE"
                : "("
                        + SqlText.join(
                                columns,
                                " AND ",
                                column -> "f.%1$s IS NOT DISTINCT FROM t.%1$s".formatted(SqlText.name(column.name())))
                        + ")";
    }

    private String improved() {
        return spec.folded().isEmpty()
                ? "FALSE"
                : "COALESCE("
                        + SqlText.join(
                                spec.folded(),
                                " OR ",
                                column -> "(f.%1$s IS NOT NULL AND (t.%1$s IS NULL OR f.%1$s %2$s t.%1$s))"
                                        .formatted(SqlText.name(column.name()), column.fold() == Fold.MIN ? "<" : ">"))
                        + ", FALSE)";
    }

    /** SQL of 1, 0 or -1, as the incoming row is greater, equal or smaller than the one there; null is smallest. */
    private static String compare(List<MergeColumn> columns) {
        if (columns.isEmpty()) {
            return "0";
        }
        return "CASE"
                + SqlText.join(
                        columns,
                        "",
                        column ->
                                " WHEN %1$s IS DISTINCT FROM %2$s THEN CASE WHEN %2$s IS NULL OR %1$s > %2$s THEN 1 ELSE -1 END"
                                        .formatted(orderable("f.", column), orderable("t.", column)))
                + " ELSE 0 END";
    }

    /** Trino does not order rows with nulls in them, nor maps; their text it does. */
    private static String orderable(String relation, MergeColumn column) {
        String name = relation + SqlText.name(column.name());
        return column.type().isNestedType() ? TrinoTypes.text(name, column.type()) : name;
    }

    private static String extreme(String name, String old, String than) {
        return "CASE WHEN %1$s IS NULL OR %2$s %3$s %1$s THEN %2$s ELSE %1$s END AS %1$s".formatted(name, old, than);
    }

    private String on(String one, String other) {
        return SqlText.join(
                spec.key(),
                " AND ",
                key -> "%s.%s = %s.%s".formatted(one, SqlText.name(key), other, SqlText.name(key)));
    }

    private static String old(MergeColumn column) {
        return SqlText.name(THERE + column.name());
    }
}
