package dev.sluice.sink.merge;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.SqlText;
import java.sql.SQLException;

/**
 * The rows of a run, in a temporary table, made one per key and numbered where they are: to copy them costs as much as
 * to look them up. The number is a column of its own: DuckDB gives rows new row ids whenever it vacuums a table that
 * rows were deleted from, between any two statements.
 */
final class IncomingBatch {
    /** The number of a row. */
    static final String ROW = "_sluice_batch_row";

    private static final String REPEATED = "sluice_repeated";
    private static final String FOLDED = "sluice_folded";
    private static final String NUMBERS = "sluice_numbers";
    /** With one repeated key in so many rows, to write all rows anew is cheaper. */
    private static final int MANY = 5;

    private final DuckDb db;
    private final String table;
    private final MergeSpec spec;
    private final String relation;

    /**
     * @param table named in errors
     * @param relation a temporary table with the columns of the spec, and perhaps others that are not looked at
     */
    IncomingBatch(DuckDb db, String table, MergeSpec spec, String relation) {
        this.db = db;
        this.table = table;
        this.spec = spec;
        this.relation = relation;
    }

    /** Folds the rows of each key into one, and numbers them. */
    void fold() throws SQLException {
        refuseNullKeys();
        String keys = SqlText.list(spec.key(), SqlText::name);
        long repeated = db.execute("CREATE TEMP TABLE %s AS SELECT %s FROM %s GROUP BY %s HAVING count(*) > 1"
                .formatted(REPEATED, keys, relation, keys));
        String names = SqlText.list(spec.columns(), column -> SqlText.name(column.name()));
        if (repeated * MANY > db.number("SELECT count(*) FROM " + relation)) {
            db.execute("CREATE TEMP TABLE %s AS SELECT %s FROM %s ANTI JOIN %s USING (%s) UNION ALL %s"
                    .formatted(FOLDED, names, relation, REPEATED, keys, folded(names, keys)));
            db.execute("DROP TABLE " + relation);
            db.execute("ALTER TABLE %s RENAME TO %s".formatted(FOLDED, relation));
        } else if (repeated > 0) {
            db.execute("CREATE TEMP TABLE %s AS %s".formatted(FOLDED, folded(names, keys)));
            db.execute("DELETE FROM %s WHERE (%2$s) IN (SELECT (%2$s) FROM %3$s)".formatted(relation, keys, REPEATED));
            db.execute("INSERT INTO %s BY NAME SELECT * FROM %s".formatted(relation, FOLDED));
        }
        db.execute("CREATE TEMP SEQUENCE %s".formatted(NUMBERS));
        db.execute("ALTER TABLE %s ADD COLUMN %s BIGINT DEFAULT nextval(%s)"
                .formatted(relation, ROW, SqlText.literal(NUMBERS)));
    }

    /** A query for the one row that each repeated key comes to. */
    private String folded(String names, String keys) {
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
        return "SELECT %s FROM (SELECT %s, row_number() OVER (PARTITION BY %s%s) AS _sluice_nth FROM %s SEMI JOIN %s USING (%s)) WHERE _sluice_nth = 1"
                .formatted(names, columns, keys, order, relation, REPEATED, keys);
    }

    private void refuseNullKeys() throws SQLException {
        long nullKeys = db.number("SELECT count(*) FROM %s WHERE %s"
                .formatted(relation, SqlText.join(spec.key(), " OR ", key -> SqlText.name(key) + " IS NULL")));
        if (nullKeys > 0) {
            throw new SluiceException(
                    ErrorCode.MODEL_FAILED,
                    "[%s] Cannot merge rows: unique_key %s has nulls, expected none, found %d"
                            .formatted(table, spec.key(), nullKeys));
        }
    }
}
