package dev.sluice.embedded.connect;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The tables of the example customers-from-postgres as they stand while the service runs. */
final class LandedShop implements AutoCloseable {
    private final LandedTables tables;

    private LandedShop(LandedTables tables) {
        this.tables = tables;
    }

    static LandedShop start(Path folder, ConnectPlatform platform) throws IOException {
        return new LandedShop(LandedTables.start(folder, "docs/examples/customers-from-postgres", platform));
    }

    /** {@code silver.customers} without the deleted. */
    Map<Long, Customer> customers() {
        Map<Long, Customer> customers = new TreeMap<>();
        tables.rows(
                        "customer_id, name, email, segment, country, updated_at, loyalty_tier",
                        "silver.customers",
                        "NOT is_deleted")
                .forEach(row -> customers.put(
                        (Long) row.get(0),
                        new Customer(
                                (Long) row.get(0),
                                text(row, 1),
                                text(row, 2),
                                text(row, 3),
                                text(row, 4),
                                instant(row, 5),
                                text(row, 6))));
        return customers;
    }

    /** {@code silver.orders} without the deleted. */
    Map<String, ShopOrder> orders() {
        Map<String, ShopOrder> orders = new TreeMap<>();
        tables.rows(
                        "order_id, customer_id, status, order_version, amount_cents, currency, country, updated_at,"
                                + " coupon",
                        "silver.orders",
                        "NOT is_deleted")
                .forEach(row -> orders.put(
                        text(row, 0),
                        new ShopOrder(
                                text(row, 0),
                                (Long) row.get(1),
                                text(row, 2),
                                (Integer) row.get(3),
                                (Long) row.get(4),
                                text(row, 5),
                                text(row, 6),
                                instant(row, 7),
                                text(row, 8))));
        return orders;
    }

    /** {@code gold.orders_by_segment}. */
    Map<String, SegmentOrders> segments() {
        Map<String, SegmentOrders> segments = new TreeMap<>();
        tables.rows("segment, currency, orders, customers, amount_cents", "gold.orders_by_segment", "TRUE").stream()
                .map(row -> new SegmentOrders(
                        text(row, 0), text(row, 1), (Long) row.get(2), (Long) row.get(3), (Long) row.get(4)))
                .forEach(row -> segments.put(row.key(), row));
        return segments;
    }

    @Override
    public void close() {
        tables.close();
    }

    private static String text(List<@Nullable Object> row, int column) {
        return (String) row.get(column);
    }

    private static Instant instant(List<@Nullable Object> row, int column) {
        return ((OffsetDateTime) row.get(column)).toInstant();
    }
}
