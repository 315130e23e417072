package dev.sluice.sink.land;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.orders.OrderSchemas;
import dev.sluice.sink.bronze.BronzeTables;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A second engine's opinion of the files, because a writer and Iceberg's reader of it can share a bug. */
class DirectFileInDuckDbTest {
    private static final int ROWS = 7_000;

    @TempDir
    Path folder;

    private Path landed(Map<String, String> properties) throws IOException {
        BronzeFixture bronze = new BronzeFixture();
        PartitionWriter writer = new PartitionWriter(
                new BronzeTables(bronze.catalog, properties),
                bronze.name,
                LandingSpec.defaults(),
                () -> BronzeFixture.NOW,
                new LandingMemory());
        Schema schema = OrderSchemas.v2();
        for (int i = 0; i < ROWS; i++) {
            BronzeFixture.land(writer, i, 1, schema, BronzeFixture.encode(schema, OrderEvents.event(schema, i)));
        }
        return copy(bronze, writer.finish().files().get(0));
    }

    private Path copy(BronzeFixture bronze, DataFile file) throws IOException {
        Table table = bronze.catalog.loadTable(bronze.name);
        Path copy = folder.resolve("landed.parquet");
        try (InputStream in = table.io().newInputFile(file.location()).newStream()) {
            Files.copy(in, copy);
        }
        return copy;
    }

    private static void assertReads(Path file) throws SQLException {
        Schema schema = OrderSchemas.v2();
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duck.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT *, epoch_us(event_time) AS micros, epoch_ms(_kafka_timestamp) AS millis, len(items) AS n,"
                                + " list_sum([i.unit_price_cents * i.quantity FOR i IN items]) AS total,"
                                + " array_to_string([i.sku FOR i IN items], ' ') AS skus FROM '" + file
                                + "' ORDER BY _kafka_offset")) {
            for (int i = 0; i < ROWS; i++) {
                assertThat(rows.next()).isTrue();
                GenericData.Record event = OrderEvents.event(schema, i);
                for (String text :
                        List.of("event_id", "order_id", "event_type", "currency", "customer_email", "channel")) {
                    Object expected = event.get(text);
                    assertThat(rows.getString(text)).as(text).isEqualTo(expected == null ? null : expected.toString());
                }
                for (String number : List.of("customer_id", "order_version", "amount_cents")) {
                    assertThat(rows.getLong(number)).as(number).isEqualTo(((Number) event.get(number)).longValue());
                }
                assertThat(rows.getLong("micros")).isEqualTo(event.get("event_time"));
                assertThat(rows.getLong("millis")).isEqualTo(1_700_000_000_000L + i);
                assertThat(rows.getLong("_kafka_offset")).isEqualTo(i);
                assertThat(rows.getInt("_kafka_partition")).isEqualTo(3);
                assertThat(rows.getString("_kafka_topic")).isEqualTo("events");
                List<?> items = (List<?>) event.get("items");
                assertThat(rows.getInt("n")).isEqualTo(items.size());
                long total = 0;
                StringBuilder skus = new StringBuilder();
                for (Object item : items) {
                    GenericData.Record one = (GenericData.Record) item;
                    total += (Long) one.get("unit_price_cents") * (Integer) one.get("quantity");
                    skus.append(skus.isEmpty() ? "" : " ").append(one.get("sku"));
                }
                assertThat(rows.getLong("total")).isEqualTo(total);
                assertThat(rows.getString("skus")).hasToString(skus.toString());
            }
            assertThat(rows.next()).isFalse();
        }
    }

    @Test
    void duckdb_reads_what_was_landed() throws Exception {
        assertReads(landed(Map.of()));
    }

    @Test
    void duckdb_reads_many_small_pages_with_and_without_dictionaries() throws Exception {
        assertReads(landed(Map.of(
                "write.parquet.page-row-limit", "300",
                "write.parquet.dict-size-bytes", "3000",
                "write.parquet.row-group-size-bytes", "200000")));
    }

    @Test
    void duckdb_reads_a_dictionary_of_thousands_of_entries_that_come_in_any_order() throws Exception {
        BronzeFixture bronze = new BronzeFixture();
        PartitionWriter writer = new PartitionWriter(
                new BronzeTables(bronze.catalog, Map.of()),
                bronze.name,
                LandingSpec.defaults(),
                () -> BronzeFixture.NOW,
                new LandingMemory());
        Schema schema = OrderSchemas.v2();
        byte[] value = BronzeFixture.framed(BronzeFixture.encode(schema, OrderEvents.event(schema, 1)));
        Random random = new Random(5);
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 45_000; i++) {
            keys.add("key-" + "x".repeat(random.nextInt(3)) + random.nextInt(3_000));
            writer.land(BronzeFixture.at(i), keys.get(i).getBytes(UTF_8), 1, schema, value, 5);
        }
        Path file = copy(bronze, writer.finish().files().get(0));

        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duck.createStatement()) {
            try (ResultSet column = statement.executeQuery(
                    "SELECT encodings FROM parquet_metadata('" + file + "') WHERE path_in_schema = '_kafka_key'")) {
                assertThat(column.next()).isTrue();
                assertThat(column.getString(1)).contains("RLE_DICTIONARY");
            }
            List<String> read = new ArrayList<>();
            try (ResultSet rows =
                    statement.executeQuery("SELECT decode(_kafka_key) FROM '" + file + "' ORDER BY _kafka_offset")) {
                while (rows.next()) {
                    read.add(rows.getString(1));
                }
            }
            assertThat(read).isEqualTo(keys);
        }
    }
}
