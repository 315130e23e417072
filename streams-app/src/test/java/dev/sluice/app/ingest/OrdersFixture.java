package dev.sluice.app.ingest;

import dev.sluice.app.config.DlqTableConfig;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.schemas.framing.ConfluentFraming;
import dev.sluice.sink.bronze.BronzeTables;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.kafka.common.TopicPartition;

/** A source of one-column records that lands in a catalog in memory. */
final class OrdersFixture {
    static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z"));
    static final TopicPartition P0 = new TopicPartition("orders", 0);
    static final TopicPartition P1 = new TopicPartition("orders", 1);
    static final int SCHEMA_ID = 7;
    static final Schema SCHEMA =
            SchemaBuilder.record("Order").fields().requiredString("id").endRecord();

    private OrdersFixture() {}

    static SourceConfig source() {
        return new SourceConfig(
                "orders",
                "orders",
                "bronze.orders",
                "orders.dlq",
                "orders-value",
                Map.of(),
                "",
                List.of(),
                1 << 20,
                new DlqTableConfig("bronze.orders_dlq", DlqTableConfig.Value.KEEP),
                "",
                "");
    }

    static LandingTarget target() {
        InMemoryCatalog catalog = new InMemoryCatalog();
        catalog.initialize("test", Map.of());
        return new LandingTarget(source(), new BronzeTables(catalog), 1 << 20, CLOCK);
    }

    static byte[] order(String id) {
        GenericRecord order = new GenericData.Record(SCHEMA);
        order.put("id", id);
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
            new GenericDatumWriter<GenericRecord>(SCHEMA).write(order, encoder);
            encoder.flush();
            return ConfluentFraming.frame(SCHEMA_ID, out.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
