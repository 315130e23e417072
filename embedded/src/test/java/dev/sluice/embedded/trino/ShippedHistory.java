package dev.sluice.embedded.trino;

import static org.apache.iceberg.types.Types.NestedField.optional;

import dev.sluice.load.ExpectedTables;
import dev.sluice.load.LoadGenerator;
import dev.sluice.load.LoadRecord;
import dev.sluice.load.LoadSpec;
import dev.sluice.load.RecordKind;
import dev.sluice.load.SchemaIds;
import dev.sluice.schemas.framing.ConfluentFraming;
import dev.sluice.schemas.orders.OrderSchemas;
import dev.sluice.sink.bronze.BronzeBatch;
import dev.sluice.sink.bronze.BronzeCommitter;
import dev.sluice.sink.bronze.BronzeTables;
import dev.sluice.sink.land.LandedFiles;
import dev.sluice.sink.land.LandingSpec;
import dev.sluice.sink.land.PartitionWriter;
import dev.sluice.sink.land.RecordPosition;
import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.ledger.RangeCounts;
import dev.sluice.sink.ledger.SourcePartition;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * A messy history of the shipped sources, landed in stretches: orders of the load generator (duplicates, late events,
 * tombstones, two schema versions), and customers written by hand.
 */
final class ShippedHistory {
    static final TableIdentifier ORDERS = TableIdentifier.of("bronze", "orders");
    private static final TableIdentifier CUSTOMERS = TableIdentifier.of("bronze", "customers");
    private static final LoadSpec LOAD = LoadSpec.defaults()
            .withEvents(1500)
            .withOrders(250)
            .withPartitions(1)
            .withSeed(33);
    private static final Schema CUSTOMER = new Schema(
            optional(1, "customer_id", Types.LongType.get()),
            optional(2, "email", Types.StringType.get()),
            optional(3, "segment", Types.StringType.get()),
            optional(4, "country", Types.StringType.get()),
            optional(5, "updated_at", Types.TimestampType.withZone()),
            optional(6, "_kafka_key", Types.BinaryType.get()),
            optional(7, "_schema_id", Types.IntegerType.get()));
    private static final OffsetDateTime NOON = OffsetDateTime.parse("2026-03-14T12:00:00.123457Z");

    private final List<LoadRecord> records = new ArrayList<>();
    private final int stretches;

    ShippedHistory(int stretches) {
        this.stretches = stretches;
        new LoadGenerator(LOAD, new SchemaIds(1, 2, 3)).forEachRemaining(record -> {
            if (record.kind() != RecordKind.MALFORMED) {
                records.add(record);
            }
        });
    }

    ExpectedTables expected() {
        return ExpectedTables.of(LOAD);
    }

    int records() {
        return records.size();
    }

    /** Appends one stretch of the history to a catalog's bronze tables. */
    void land(Catalog catalog, int stretch) {
        orders(catalog, stretch);
        customers(catalog, stretch);
    }

    private void orders(Catalog catalog, int stretch) {
        int from = records.size() * stretch / stretches;
        int to = records.size() * (stretch + 1) / stretches;
        try (PartitionWriter writer =
                new PartitionWriter(new BronzeTables(catalog), ORDERS, LandingSpec.defaults(), () -> Instant.EPOCH)) {
            for (int offset = from; offset < to; offset++) {
                LoadRecord record = records.get(offset);
                RecordPosition at = new RecordPosition("orders", 0, offset, record.timestampMillis());
                byte[] value = record.value();
                if (value == null) {
                    writer.tombstone(at, record.key());
                    continue;
                }
                int id = ConfluentFraming.schemaId(value);
                writer.land(
                        at,
                        record.key(),
                        id,
                        id == 1 ? OrderSchemas.v1() : OrderSchemas.v2(),
                        value,
                        ConfluentFraming.HEADER_LENGTH);
            }
            LandedFiles files = writer.finish();
            BronzeBatch batch = new BronzeBatch(
                    new OffsetRange(new SourcePartition("cluster", "topic", "orders", 0), from, to),
                    stretch,
                    new RangeCounts(files.rows(), files.tombstones(), 0),
                    files.files());
            new BronzeCommitter(catalog.loadTable(ORDERS)).commit(List.of(batch), 1);
        }
    }

    private void customers(Catalog catalog, int stretch) {
        IcebergRows table = catalog.tableExists(CUSTOMERS)
                ? new IcebergRows(catalog.loadTable(CUSTOMERS))
                : IcebergRows.create(catalog, CUSTOMERS, CUSTOMER);
        List<Map<String, Object>> rows = new ArrayList<>();
        for (long id = 1; id <= 40; id++) {
            // Later stretches bring older states, too; some states are as new as each other, and differ.
            OffsetDateTime at = NOON.plusMinutes((id * 7 + stretch * 5L) % 11);
            rows.add(customer(id, id % 3 == 0 ? "BUSINESS" : "CONSUMER", "C" + stretch, at));
            rows.add(customer(id, "CONSUMER", "D" + stretch, at));
        }
        // Kept out by the test of the segment.
        rows.add(customer(100 + stretch % 2, null, "DE", NOON));
        if (stretch > 0) {
            rows.add(tombstone(Long.toString(stretch).getBytes(StandardCharsets.UTF_8)));
            rows.add(tombstone(new byte[] {(byte) 0xff, '1'}));
        }
        table.append("customers-" + stretch, rows);
    }

    private static Map<String, Object> customer(
            long id, @Nullable String segment, String country, OffsetDateTime updatedAt) {
        Map<String, Object> row = new HashMap<>();
        row.put("customer_id", id);
        row.put("email", "hash-" + id);
        row.put("country", country);
        row.put("updated_at", updatedAt);
        row.put("_schema_id", 3);
        if (segment != null) {
            row.put("segment", segment);
        }
        return row;
    }

    private static Map<String, Object> tombstone(byte[] key) {
        return Map.of("_kafka_key", ByteBuffer.wrap(key));
    }
}
