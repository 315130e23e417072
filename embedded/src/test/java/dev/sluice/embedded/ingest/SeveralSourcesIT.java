package dev.sluice.embedded.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.config.ConfigFile;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.embedded.connect.Checkout;
import dev.sluice.embedded.demo.TableProof;
import dev.sluice.load.CustomerSpec;
import dev.sluice.load.ExpectedCustomers;
import dev.sluice.load.ExpectedTable;
import dev.sluice.load.ExpectedTables;
import dev.sluice.load.KafkaLoad;
import dev.sluice.load.LoadSpec;
import dev.sluice.load.SchemaIds;
import dev.sluice.load.Skip;
import dev.sluice.schemas.orders.CustomerSchemas;
import dev.sluice.sink.audit.AuditLine;
import dev.sluice.sink.audit.TableRows;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One service lands what sluice.yaml lists: the shipped sources, and one that exists in this test only. */
class SeveralSourcesIT {
    private static final String KEY = "a key for this test alone";

    /** All that a source takes: an entry, a model, and the columns of both. */
    private static final String SOURCE = """

              - name: readings
                topic: plant.readings
                table: bronze.readings
                checks:
                  - {column: sensor, not_null: true}
            """;

    private static final String BRONZE_COLUMNS = """
                  - name: readings
                    columns:
                      - {name: sensor, data_type: varchar}
                      - {name: celsius, data_type: double}
                      - {name: taken_at, data_type: bigint}
            """;

    private static final String MODEL = """

              - name: sensors
                config: {materialized: incremental, incremental: delta, unique_key: [sensor], order_by: [taken_at]}
                columns:
                  - {name: sensor, data_type: varchar}
                  - {name: celsius, data_type: double}
                  - {name: hottest, data_type: double, merge: max}
                  - {name: taken_at, data_type: bigint}
            """;

    private static final String SQL = """
            SELECT
                CAST(r.sensor AS varchar) AS sensor,
                CAST(r.celsius AS double) AS celsius,
                CAST(r.celsius AS double) AS hottest,
                CAST(r.taken_at AS bigint) AS taken_at
            FROM {{ ref('bronze.readings') }} AS r
            WHERE r.sensor IS NOT NULL
            """;

    private static final Schema READING = new Schema.Parser().parse("""
            {"type":"record","name":"Reading","namespace":"plant","fields":[
              {"name":"sensor","type":"string"},{"name":"celsius","type":"double"},{"name":"taken_at","type":"long"}]}""");

    @TempDir
    static Path folder;

    private static TestPlatform platform;

    @BeforeAll
    static void start() {
        platform = new TestPlatform(folder);
    }

    @AfterAll
    static void stop() throws IOException {
        platform.close();
    }

    @Test
    void three_sources_land_side_by_side_and_every_table_is_what_it_must_be() throws Exception {
        SluiceConfig config = config();
        LoadSpec orders = LoadSpec.defaults().withEvents(3_000).withOrders(600).withPartitions(2);
        CustomerSpec customers = new CustomerSpec(150, 5, 2, orders.clock());
        produce(config, orders, customers);
        platform.createTopic("plant.readings", 3);
        try (AvroTraffic forgotten = new AvroTraffic(platform, "customers", 2)) {
            forgotten.send("9999", customer(9999));
            forgotten.sendBytes("9999", null, Map.of());
        }
        try (AvroTraffic readings = new AvroTraffic(platform, "plant.readings", 3)) {
            for (int i = 0; i < 300; i++) {
                readings.send("s" + i % 30, reading("s" + i % 30, 300 - i, i));
            }
        }
        try (RunningService service = new RunningService(platform, config)) {
            service.awaitCaughtUp();
        }

        ExpectedTables expected = ExpectedTables.of(orders);
        ExpectedCustomers people = new ExpectedCustomers(customers);
        for (ExpectedTable table : List.of(
                expected.silverOrders(),
                expected.goldOrders(),
                expected.goldRevenueDaily(),
                people.silverCustomers())) {
            AuditLine line = new TableProof(table(table.name()), table).check();
            assertThat(line.failed()).as(line.toString()).isFalse();
        }
        assertThat(rows("bronze.customers", "customer_id")).hasSize((int) people.records() + 2);
        assertThat(hashesByCustomer()).isEqualTo(expectedHashes(people));
        assertThat(rows("gold.revenue_by_segment", "segment", "currency", "orders", "net_cents"))
                .containsExactlyInAnyOrderElementsOf(revenueBySegment(expected, people));
        assertThat(rows("silver.sensors", "sensor", "celsius", "hottest", "taken_at"))
                .hasSize(30)
                .contains(List.of("s0", 30.0, 300.0, 270L), List.of("s29", 1.0, 271.0, 299L));
    }

    private static SluiceConfig config() throws IOException {
        Path models = folder.resolve("models");
        try (Stream<Path> walk = Files.walk(Checkout.path("models"))) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                Path copy =
                        models.resolve(Checkout.path("models").relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        Files.writeString(models.resolve("silver/sensors.sql"), SQL);
        append(models.resolve("bronze/schema.yml"), BRONZE_COLUMNS);
        append(models.resolve("silver/schema.yml"), MODEL);
        String yaml = platform.resolved(Files.readString(Checkout.path("sluice.yaml")), "one")
                        .replace("${SLUICE_PII_KEY}", KEY)
                        .replace("models: models", "models: " + models)
                + SOURCE;
        return ConfigFile.parse("sluice.yaml", yaml, Map.of());
    }

    private static void append(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.APPEND);
    }

    private static void produce(SluiceConfig config, LoadSpec orders, CustomerSpec customers) {
        KafkaLoad orderLoad = new KafkaLoad(config.kafka(), "orders", Clock.systemUTC());
        orderLoad.ensureTopic(orders);
        orderLoad.produce(
                orders, SchemaIds.register(platform.registry(), orders), Skip.nothing(orders), progress -> {});
        KafkaLoad customerLoad = new KafkaLoad(config.kafka(), "customers", Clock.systemUTC());
        customerLoad.ensureTopic(customers);
        assertThat(customerLoad.produce(customers, platform.registry()))
                .isEqualTo(new ExpectedCustomers(customers).records());
    }

    private static GenericData.Record customer(long id) {
        GenericData.Record customer = new GenericData.Record(CustomerSchemas.v1());
        customer.put("customer_id", id);
        customer.put("name", "Gone");
        customer.put("email", "gone@example.com");
        customer.put("segment", "CONSUMER");
        customer.put("country", "DE");
        customer.put("updated_at", 1L);
        return customer;
    }

    private static GenericData.Record reading(String sensor, double celsius, long takenAt) {
        GenericData.Record reading = new GenericData.Record(READING);
        reading.put("sensor", sensor);
        reading.put("celsius", celsius);
        reading.put("taken_at", takenAt);
        return reading;
    }

    private static Map<Object, Object> hashesByCustomer() {
        Map<Object, Object> hashes = new HashMap<>();
        rows("silver.customers", "customer_id", "email_hash").forEach(row -> hashes.put(row.get(0), row.get(1)));
        return hashes;
    }

    /** By the JDK alone, as anyone with the key would. */
    private static Map<Object, Object> expectedHashes(ExpectedCustomers people) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        Map<Object, Object> hashes = new HashMap<>();
        people.emails()
                .rows()
                .forEach(row -> hashes.put(
                        row.get("customer_id"),
                        row.get("email") == null
                                ? null
                                : HexFormat.of()
                                        .formatHex(mac.doFinal(
                                                row.get("email").toString().getBytes(StandardCharsets.UTF_8)))));
        return hashes;
    }

    private static List<List<Object>> revenueBySegment(ExpectedTables orders, ExpectedCustomers people) {
        Map<Object, Object> segments = new HashMap<>();
        people.silverCustomers().rows().forEach(row -> segments.put(row.get("customer_id"), row.get("segment")));
        Map<List<Object>, long[]> sums = new HashMap<>();
        orders.goldOrders().rows().forEach(order -> {
            Object segment = segments.getOrDefault(order.get("customer_id"), "UNKNOWN");
            long[] sum = sums.computeIfAbsent(List.of(segment, order.get("currency")), key -> new long[2]);
            sum[0]++;
            sum[1] += (Long) order.get("net_cents");
        });
        assertThat(sums.keySet()).extracting(key -> key.get(0)).contains("UNKNOWN", "BUSINESS");
        List<List<Object>> rows = new ArrayList<>();
        sums.forEach((key, sum) -> rows.add(List.of(key.get(0), key.get(1), sum[0], sum[1])));
        return rows;
    }

    private static Table table(String name) {
        return platform.catalog().loadTable(TableIdentifier.parse(name));
    }

    private static List<List<Object>> rows(String name, String... columns) {
        Table table = table(name);
        List<List<Object>> rows = new ArrayList<>();
        new TableRows(table, List.of(columns))
                .forEach(table.currentSnapshot().snapshotId(), row -> rows.add(new ArrayList<>(row)));
        return rows;
    }
}
