package dev.sluice.sink.duck;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;

/**
 * Tells the rows of a temporary table apart by the partition that Iceberg's own transforms put them in. The transforms
 * are applied once per distinct value: a day's rows lie in one month.
 */
final class PartitionedRows {
    /** The number of a row's partition, beside its row id {@code r}. */
    private static final String NUMBER = "p";

    private final DuckDb db;
    private final Table table;
    private final String rows;
    private final String numbers;
    private final String distinct;
    private final String ofValues;

    PartitionedRows(DuckDb db, Table table, String rows) {
        this.db = db;
        this.table = table;
        this.rows = rows;
        this.numbers = rows + "_partition";
        this.distinct = rows + "_values";
        this.ofValues = rows + "_values_partition";
    }

    /** The partitions that have rows, each with a query for them. */
    Map<PartitionKey, String> queries(List<String> columns) throws SQLException {
        List<Types.NestedField> sources = sources(table);
        Map<PartitionKey, Integer> found = new LinkedHashMap<>();
        String names = SqlText.list(sources, field -> SqlText.name(field.name()));
        db.execute("CREATE OR REPLACE TEMP TABLE %s AS SELECT DISTINCT %s FROM %s".formatted(distinct, names, rows));
        db.execute("CREATE OR REPLACE TEMP TABLE %s (r BIGINT, %s INTEGER)".formatted(ofValues, NUMBER));
        String values = SqlText.list(sources, PartitionedRows::internal);
        PartitionKey key = new PartitionKey(table.spec(), table.schema());
        SourceRow row = new SourceRow(table.schema(), sources);
        List<long[]> chunk = new ArrayList<>();
        db.each("SELECT rowid, %s FROM %s".formatted(values, distinct), result -> {
            row.read(result);
            key.partition(row);
            Integer number = found.get(key);
            if (number == null) {
                number = found.size();
                found.put(key.copy(), number);
            }
            // Collected, because an appender and an open result do not go together.
            chunk.add(new long[] {result.getLong(1), number});
        });
        try (DuckDBAppender appender = db.appender(ofValues)) {
            for (long[] pair : chunk) {
                appender.beginRow();
                appender.append(pair[0]);
                appender.append((int) pair[1]);
                appender.endRow();
            }
        }
        db.execute(
                "CREATE OR REPLACE TEMP TABLE %s AS SELECT w.rowid AS r, n.%s FROM %s w JOIN %s v ON %s JOIN %s n ON n.r = v.rowid"
                        .formatted(
                                numbers,
                                NUMBER,
                                rows,
                                distinct,
                                SqlText.join(
                                        sources,
                                        " AND ",
                                        field -> "v.%1$s IS NOT DISTINCT FROM w.%1$s"
                                                .formatted(SqlText.name(field.name()))),
                                ofValues));
        Map<PartitionKey, String> queries = new LinkedHashMap<>();
        found.forEach((partition, number) -> queries.put(
                partition,
                "SELECT %s FROM %s w JOIN %s n ON n.r = w.rowid WHERE n.%s = %d"
                        .formatted(
                                SqlText.list(columns, column -> "w." + SqlText.name(column)),
                                rows,
                                numbers,
                                NUMBER,
                                number)));
        return queries;
    }

    private static List<Types.NestedField> sources(Table table) {
        Set<Integer> ids = new TreeSet<>();
        table.spec().fields().forEach(field -> ids.add(field.sourceId()));
        return table.schema().columns().stream()
                .filter(column -> ids.contains(column.fieldId()))
                .toList();
    }

    /** SQL of a value as Iceberg keeps it: days and microseconds as numbers. */
    private static String internal(Types.NestedField field) {
        String name = SqlText.name(field.name());
        return switch (field.type().typeId()) {
            case DATE -> "CAST(%s - DATE '1970-01-01' AS INTEGER)".formatted(name);
            case TIMESTAMP -> "epoch_us(%s)".formatted(name);
            case TIME -> "CAST(date_diff('microsecond', TIME '00:00:00', %s) AS BIGINT)".formatted(name);
            case UUID -> "CAST(%s AS VARCHAR)".formatted(name);
            default -> name;
        };
    }

    /** The partitioning columns of one row at their places in the schema; all others are null. */
    private static final class SourceRow implements StructLike {
        private final List<Types.NestedField> sources;
        private final int[] places;
        private final @Nullable Object[] values;

        SourceRow(Schema schema, List<Types.NestedField> sources) {
            this.sources = sources;
            this.places = sources.stream().mapToInt(schema.columns()::indexOf).toArray();
            this.values = new Object[schema.columns().size()];
        }

        void read(ResultSet result) throws SQLException {
            for (int i = 0; i < places.length; i++) {
                Object value = value(sources.get(i).type(), result, i + 2);
                values[places[i]] = result.wasNull() ? null : value;
            }
        }

        private static @Nullable Object value(Type type, ResultSet result, int at) throws SQLException {
            return switch (type.typeId()) {
                case BOOLEAN -> result.getBoolean(at);
                case INTEGER, DATE -> result.getInt(at);
                case LONG, TIMESTAMP, TIME -> result.getLong(at);
                case FLOAT -> result.getFloat(at);
                case DOUBLE -> result.getDouble(at);
                case DECIMAL -> {
                    BigDecimal decimal = result.getBigDecimal(at);
                    yield decimal == null ? null : decimal.setScale(((Types.DecimalType) type).scale());
                }
                case UUID -> {
                    String text = result.getString(at);
                    yield text == null ? null : UUID.fromString(text);
                }
                case BINARY -> {
                    byte[] bytes = result.getBytes(at);
                    yield bytes == null ? null : ByteBuffer.wrap(bytes);
                }
                default -> result.getString(at);
            };
        }

        @Override
        public int size() {
            return values.length;
        }

        @Override
        public <T> @Nullable T get(int position, Class<T> type) {
            Object value = values[position];
            return value == null ? null : type.cast(value);
        }

        @Override
        public <T> void set(int position, T value) {
            throw new UnsupportedOperationException("A row that is only read");
        }
    }
}
