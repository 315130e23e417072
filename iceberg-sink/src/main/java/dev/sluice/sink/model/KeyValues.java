package dev.sluice.sink.model;

import dev.sluice.sink.duck.Column;
import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.SqlText;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.SnapshotUtil;

/** The values that a relation of keys has, as an expression that a table's files are skipped by. */
final class KeyValues {
    /** A list of more values is long to evaluate for every file, and seldom skips more than its ends do. */
    private static final int MOST_LISTED = 10_000;

    private final DuckDb db;
    private final String keys;

    /** @param keys a temporary table of keys without nulls */
    KeyValues(DuckDb db, String keys) {
        this.db = db;
        this.keys = keys;
    }

    /**
     * What is true of every row of the table's current snapshot that has one of the keys. It looks at each column by
     * itself, so it may be true of other rows too.
     *
     * @param columns the key
     */
    Expression of(Table table, List<Column> columns) throws SQLException {
        Snapshot snapshot = table.currentSnapshot();
        if (snapshot == null || db.number("SELECT count(*) FROM " + keys) == 0) {
            return Expressions.alwaysFalse();
        }
        // A scan reads the expression by the columns that the table had at the snapshot.
        Schema then = SnapshotUtil.schemaFor(table, snapshot.snapshotId());
        Expression all = Expressions.alwaysTrue();
        for (Column column : columns) {
            Optional<String> value = value(column);
            if (value.isPresent() && isPlain(column, then, table.schema())) {
                all = Expressions.and(all, of(column.name(), value.get()));
            }
        }
        return all;
    }

    private Expression of(String column, String value) throws SQLException {
        String values = "(SELECT DISTINCT %s AS v FROM %s)".formatted(value, keys);
        if (db.number("SELECT count(*) FROM %s WHERE v IS NULL".formatted(values)) > 0) {
            return Expressions.alwaysTrue();
        }
        List<Object> ends = db.rows("SELECT unnest([min(v), max(v)]) FROM " + values, row -> row.getObject(1));
        Expression between = Expressions.and(
                Expressions.greaterThanOrEqual(column, ends.get(0)), Expressions.lessThanOrEqual(column, ends.get(1)));
        return db.number("SELECT count(*) FROM " + values) > MOST_LISTED
                ? between
                // Iceberg compares the bounds of a file with a short list only, hence both.
                : Expressions.and(
                        between, Expressions.in(column, db.rows("SELECT v FROM " + values, row -> row.getObject(1))));
    }

    /**
     * SQL of a value as an Iceberg literal takes it; empty for types whose values are not worth or not safe to list.
     */
    private static Optional<String> value(Column column) {
        String name = SqlText.name(column.name());
        return switch (column.type().typeId()) {
            case INTEGER, LONG -> Optional.of("CAST(%s AS BIGINT)".formatted(name));
            case DATE -> Optional.of("TRY(CAST(%s - DATE '1970-01-01' AS BIGINT))".formatted(name));
            case TIMESTAMP -> Optional.of("TRY(epoch_us(%s))".formatted(name));
            case STRING -> Optional.of(name);
            default -> Optional.empty();
        };
    }

    /** Whether a column is the same in both, and not shown as another type than it has. */
    private static boolean isPlain(Column column, Schema then, Schema now) {
        Types.NestedField before = then.findField(column.name());
        Types.NestedField after = now.findField(column.name());
        return before != null
                && after != null
                && before.fieldId() == after.fieldId()
                && before.type().equals(column.type())
                && after.type().equals(column.type());
    }
}
