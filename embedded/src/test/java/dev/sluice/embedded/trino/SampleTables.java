package dev.sluice.embedded.trino;

import static org.apache.iceberg.types.Types.NestedField.optional;

import dev.sluice.sink.deadletter.DeadLetterRow;
import dev.sluice.sink.deadletter.DeadLetterTable;
import dev.sluice.sink.land.RecordPosition;
import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.ledger.SourcePartition;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** The order pipeline's tables, in shape and with a handful of rows: three orders, one of them without e-mail. */
final class SampleTables {
    static final String FIRST_ORDER = "00000000-0000-4000-8000-000000000001";
    static final OffsetDateTime NOON = OffsetDateTime.of(2026, 3, 14, 12, 0, 0, 0, ZoneOffset.UTC);

    private static final Types.TimestampType TIMESTAMP = Types.TimestampType.withZone();
    private static final Types.StringType STRING = Types.StringType.get();
    private static final Types.LongType LONG = Types.LongType.get();
    private static final Types.IntegerType INT = Types.IntegerType.get();

    private SampleTables() {}

    static void create(Catalog catalog) {
        bronze(catalog);
        deadLetters(catalog);
        silver(catalog);
        IcebergRows facts = IcebergRows.create(catalog, TableIdentifier.of("gold", "fct_orders"), facts());
        facts.append("f-1", List.of(fact(1, "DELIVERED", "DE"), fact(2, "PAID", "FR"), fact(3, "PLACED", "DE")));
        IcebergRows revenue = IcebergRows.create(catalog, TableIdentifier.of("gold", "revenue_daily"), revenue());
        revenue.append(
                "r-1",
                List.of(Map.of(
                        "order_date",
                        NOON.toLocalDate(),
                        "currency",
                        "EUR",
                        "orders",
                        3L,
                        "paid_orders",
                        2L,
                        "gross_cents",
                        300L,
                        "refund_cents",
                        0L,
                        "net_cents",
                        300L)));
    }

    private static void bronze(Catalog catalog) {
        IcebergRows orders = IcebergRows.create(catalog, TableIdentifier.of("bronze", "orders"), events());
        List<Map<String, Object>> rows = new ArrayList<>();
        List<String> types = List.of("PLACED", "PAID", "SHIPPED", "DELIVERED");
        for (int i = 0; i < types.size(); i++) {
            Map<String, Object> row = new HashMap<>();
            row.put("event_id", "e-" + i);
            row.put("order_id", FIRST_ORDER);
            row.put("customer_id", 7L);
            row.put("event_type", types.get(i));
            row.put("order_version", i + 1);
            row.put("amount_cents", 100L);
            row.put("currency", "EUR");
            row.put("country", "DE");
            row.put("customer_email", "ada@example.org");
            row.put("event_time", NOON.plusHours(i));
            row.put("_kafka_topic", "orders");
            row.put("_kafka_partition", 0);
            row.put("_kafka_offset", (long) i);
            row.put("_kafka_timestamp", NOON.plusHours(i));
            row.put("_schema_id", 1);
            row.put("_ingested_at", NOON.plusHours(i).plusSeconds(2));
            rows.add(row);
        }
        orders.append("b-1", rows);
    }

    static void deadLetters(Catalog catalog) {
        DeadLetterTable.open(catalog, TableIdentifier.of("bronze", "orders_dlq"), NOON::toInstant)
                .append(
                        new OffsetRange(new SourcePartition("cluster", "topic-id", "orders.dlq", 0), 0, 1),
                        List.of(new DeadLetterRow(
                                new RecordPosition(
                                        "orders", 0, 4, NOON.toInstant().toEpochMilli()),
                                "TRUNCATED",
                                "byte 9: expected another byte of a number, found 0 bytes until the end",
                                1,
                                null,
                                null,
                                9,
                                Map.of("trace", ByteBuffer.wrap(new byte[] {1})),
                                "orders.dlq",
                                0,
                                0)));
    }

    /** Four rows in one file, of which the deletion vector removes the oldest state of the first order. */
    private static void silver(Catalog catalog) {
        IcebergRows orders = IcebergRows.create(catalog, TableIdentifier.of("silver", "orders"), states());
        List<Map<String, Object>> rows =
                List.of(state(1, "PLACED"), state(2, "PAID"), state(3, "PLACED"), state(1, "DELIVERED"));
        orders.delete(orders.append("s-1", rows), 0);
    }

    private static Map<String, Object> state(int order, String status) {
        Map<String, Object> row = new HashMap<>();
        row.put("order_id", FIRST_ORDER.substring(0, 35) + order);
        row.put("customer_id", (long) order);
        row.put("status", status);
        row.put("order_version", 1);
        row.put("amount_cents", 100L * order);
        row.put("refund_cents", 0L);
        row.put("currency", "EUR");
        row.put("country", "DE");
        row.put("updated_at", NOON);
        row.put("placed_at", NOON);
        row.put("first_event_at", NOON);
        if (order != 3) {
            row.put("customer_email", "customer" + order + "@example.org");
        }
        return row;
    }

    private static Map<String, Object> fact(int order, String status, String country) {
        Map<String, Object> row = new HashMap<>();
        row.put("order_id", FIRST_ORDER.substring(0, 35) + order);
        row.put("customer_id", (long) order);
        row.put("country", country);
        row.put("currency", "EUR");
        row.put("status", status);
        row.put("order_date", LocalDate.of(2026, 3, 14));
        row.put("placed_at", NOON);
        row.put("updated_at", NOON);
        row.put("gross_cents", "PLACED".equals(status) ? 0L : 100L * order);
        row.put("refund_cents", 0L);
        row.put("net_cents", "PLACED".equals(status) ? 0L : 100L * order);
        row.put("order_version", 1);
        if (!"PLACED".equals(status)) {
            row.put("paid_at", NOON.plusHours(1));
        }
        return row;
    }

    private static Schema events() {
        Type items = Types.ListType.ofOptional(
                100,
                Types.StructType.of(
                        optional(101, "sku", STRING),
                        optional(102, "quantity", INT),
                        optional(103, "unit_price_cents", LONG)));
        return new Schema(
                optional(1, "event_id", STRING),
                optional(2, "order_id", STRING),
                optional(3, "customer_id", LONG),
                optional(4, "event_type", STRING),
                optional(5, "order_version", INT),
                optional(6, "amount_cents", LONG),
                optional(7, "currency", STRING),
                optional(8, "country", STRING),
                optional(9, "customer_email", STRING),
                optional(10, "event_time", TIMESTAMP),
                optional(11, "items", items),
                optional(12, "channel", STRING),
                optional(13, "_kafka_topic", STRING),
                optional(14, "_kafka_partition", INT),
                optional(15, "_kafka_offset", LONG),
                optional(16, "_kafka_timestamp", TIMESTAMP),
                optional(17, "_kafka_key", Types.BinaryType.get()),
                optional(18, "_schema_id", INT),
                optional(19, "_payload", Types.BinaryType.get()),
                optional(20, "_ingested_at", TIMESTAMP));
    }

    private static Schema states() {
        return new Schema(
                optional(1, "order_id", STRING),
                optional(2, "customer_id", LONG),
                optional(3, "status", STRING),
                optional(4, "order_version", INT),
                optional(5, "amount_cents", LONG),
                optional(6, "refund_cents", LONG),
                optional(7, "currency", STRING),
                optional(8, "country", STRING),
                optional(9, "channel", STRING),
                optional(10, "item_count", LONG),
                optional(11, "event_id", STRING),
                optional(12, "updated_at", TIMESTAMP),
                optional(13, "placed_at", TIMESTAMP),
                optional(14, "paid_at", TIMESTAMP),
                optional(15, "shipped_at", TIMESTAMP),
                optional(16, "delivered_at", TIMESTAMP),
                optional(17, "cancelled_at", TIMESTAMP),
                optional(18, "refunded_at", TIMESTAMP),
                optional(19, "first_event_at", TIMESTAMP),
                // Not in the shipped model; the access rules mask it wherever it is.
                optional(20, "customer_email", STRING));
    }

    private static Schema facts() {
        return new Schema(
                optional(1, "order_id", STRING),
                optional(2, "customer_id", LONG),
                optional(3, "country", STRING),
                optional(4, "currency", STRING),
                optional(5, "channel", STRING),
                optional(6, "status", STRING),
                optional(7, "order_date", Types.DateType.get()),
                optional(8, "placed_at", TIMESTAMP),
                optional(9, "paid_at", TIMESTAMP),
                optional(10, "shipped_at", TIMESTAMP),
                optional(11, "delivered_at", TIMESTAMP),
                optional(12, "cancelled_at", TIMESTAMP),
                optional(13, "refunded_at", TIMESTAMP),
                optional(14, "item_count", LONG),
                optional(15, "gross_cents", LONG),
                optional(16, "refund_cents", LONG),
                optional(17, "net_cents", LONG),
                optional(18, "hours_to_ship", LONG),
                optional(19, "order_version", INT),
                optional(20, "updated_at", TIMESTAMP));
    }

    private static Schema revenue() {
        return new Schema(
                optional(1, "order_date", Types.DateType.get()),
                optional(2, "currency", STRING),
                optional(3, "orders", LONG),
                optional(4, "paid_orders", LONG),
                optional(5, "gross_cents", LONG),
                optional(6, "refund_cents", LONG),
                optional(7, "net_cents", LONG));
    }
}
