package dev.sluice.embedded.trino;

import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.jspecify.annotations.Nullable;

/** What a batch must make of {@code silver.orders}, said without the sink's code: rows by order, folded by hand. */
final class SilverFold {
    private static final List<String> EARLIEST = List.of(
            "placed_at", "paid_at", "shipped_at", "delivered_at", "cancelled_at", "refunded_at", "first_event_at");
    private static final List<String> LARGEST = List.of("amount_cents", "refund_cents");

    private SilverFold() {}

    /** The rows of a table by its first column. */
    static Map<String, Map<String, Object>> rows(Table table) {
        Map<String, Map<String, Object>> rows = new TreeMap<>();
        String key = table.schema().columns().get(0).name();
        for (Record record : new IcebergRows(table).read()) {
            Map<String, Object> row = new LinkedHashMap<>();
            record.struct().fields().stream()
                    // Iceberg's reader leaves its position column in when a file has deletes.
                    .filter(field -> !field.name().equals("_pos"))
                    .forEach(field -> row.put(field.name(), record.getField(field.name())));
            if (rows.put(String.valueOf(row.get(key)), row) != null) {
                throw new AssertionError(table.name() + " has two rows of " + row.get(key));
            }
        }
        return rows;
    }

    /**
     * The row after an event that comes alone.
     *
     * @param there the row in the table; of two that are as new as each other it stays
     */
    static Map<String, Object> after(@Nullable Map<String, Object> there, Map<String, Object> event) {
        if (there == null) {
            return event;
        }
        Map<String, Object> row = new LinkedHashMap<>(isNewer(event, there) ? event : there);
        EARLIEST.forEach(column -> row.put(column, first(there, event, column, Comparator.naturalOrder())));
        LARGEST.forEach(column -> row.put(column, first(there, event, column, Comparator.reverseOrder())));
        return row;
    }

    private static boolean isNewer(Map<String, Object> event, Map<String, Object> there) {
        int versions = Integer.compare((Integer) event.get("order_version"), (Integer) there.get("order_version"));
        return versions > 0
                || (versions == 0
                        && ((OffsetDateTime) event.get("updated_at"))
                                .isAfter((OffsetDateTime) there.get("updated_at")));
    }

    @SuppressWarnings("unchecked")
    private static @Nullable Object first(
            Map<String, Object> a, Map<String, Object> b, String column, Comparator<Comparable<Object>> order) {
        Comparable<Object> left = (Comparable<Object>) a.get(column);
        Comparable<Object> right = (Comparable<Object>) b.get(column);
        if (left == null || right == null) {
            return left == null ? right : left;
        }
        return order.compare(left, right) <= 0 ? left : right;
    }
}
