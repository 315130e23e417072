package dev.sluice.embedded.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.framing.ConfluentFraming;
import dev.sluice.schemas.orders.OrderSchemas;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The connector files of connect-config at work on a real worker and a real Postgres. */
class KafkaConnectIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static ConnectPlatform platform;

    @BeforeAll
    static void startPlatform() throws Exception {
        platform = ConnectPlatform.start(folder, "standalone-apicurio.properties");
    }

    @AfterAll
    static void stopPlatform() throws Exception {
        if (platform != null) {
            platform.close();
        }
    }

    @Test
    void every_file_is_accepted_by_its_connector_where_the_class_is_at_hand() throws Exception {
        ConnectRest rest = platform.worker().rest();
        List<String> validated = new ArrayList<>();
        for (ConnectorFile file : ConnectorFile.all()) {
            if (rest.connectorClasses().contains(file.connectorClass())) {
                assertThat(rest.objections(file)).as("%s", file).isEmpty();
                assertThat(rest.unknownKeys(file))
                        .as("unknown keys of %s", file)
                        .isEmpty();
                validated.add(file.toString());
            }
        }
        assertThat(validated).contains("source-cdc-tables.json", "source-cdc-outbox.json", "sink-dead-letters.json");
    }

    @Test
    void topic_and_silver_table_are_the_rows_of_postgres_through_every_change_and_a_kill() throws Exception {
        ChangingCustomers customers = new ChangingCustomers(platform.shop());
        ConnectorFile connector = ConnectorFile.read("source-cdc-tables.json");
        createTopic("shop.customers");
        try (FoldedTopic topic = new FoldedTopic(platform.bootstrapServers(), platform.registry(), "shop.customers");
                LandedCustomers table = LandedCustomers.start(
                        folder.resolve("sluice"), platform.bootstrapServers(), platform.registryUri())) {
            customers.beforeTheConnector();
            deploy(connector);
            awaitSameCustomers("the snapshot", topic);
            awaitSameCustomers("the snapshot, in silver", table);

            customers.insertsUpdatesAndDeletes();
            awaitSameCustomers("inserts, updates and deletes", topic);
            awaitSameCustomers("inserts, updates and deletes, in silver", table);

            customers.aColumnIsAdded();
            awaitSameCustomers("the added column", topic);

            // A kill before this makes Debezium take a second snapshot, which cannot tell of rows deleted in between.
            Deadline.in(LIMIT).until("source offsets past the snapshot", platform.worker()::hasKeptItsPlaceInTheLog);
            int before = topic.records();
            customers.aBurst();
            Deadline.in(LIMIT).until("the first of the burst", () -> {
                topic.customers();
                return topic.records() > before;
            });
            platform.worker().kill();
            customers.whileConnectIsDown();
            platform.worker().restart();
            deploy(connector);
            awaitSameCustomers("the changes while Connect was down", topic);

            customers.afterTheRestart();
            awaitSameCustomers("the changes after the restart", topic);
            awaitSameCustomers("the changes after the restart, in silver", table);

            assertThat(topic.schemaIds())
                    .as("schemas before and after the added column")
                    .hasSizeGreaterThan(1);
            assertThat(topic.deletions()).isPositive();
            assertThat(topic.tombstones()).isGreaterThanOrEqualTo(topic.deletions());
        } finally {
            platform.worker().rest().remove(connector);
        }
    }

    @Test
    void an_outbox_row_arrives_on_the_orders_topic_byte_for_byte_under_its_order() throws Exception {
        int schemaId = platform.registry().register(OrderSchemas.SUBJECT, OrderSchemas.v1());
        byte[] payload = ConfluentFraming.frame(schemaId, new byte[] {1, 2, 0, -1, 127});
        String order = "6f1c1c0e-52a5-4e0e-9f6f-5a9ad2a8a001";
        ConnectorFile connector = ConnectorFile.read("source-cdc-outbox.json");
        platform.shop().publish("orders", order, payload);
        deploy(connector);
        try (var consumer = consumer()) {
            consumer.subscribe(List.of("orders"));
            List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
            Deadline.in(LIMIT).until("the outbox event on the topic orders", () -> {
                consumer.poll(Duration.ofMillis(200)).forEach(read::add);
                return !read.isEmpty();
            });
            assertThat(read).singleElement().satisfies(event -> {
                assertThat(new String(event.key(), StandardCharsets.UTF_8)).isEqualTo(order);
                assertThat(event.value()).isEqualTo(payload);
                assertThat(event.headers().lastHeader("id")).isNotNull();
            });
        } finally {
            platform.worker().rest().remove(connector);
        }
    }

    @Test
    void a_dead_letter_becomes_a_row_with_its_bytes_its_reason_and_its_source() throws Exception {
        ConnectorFile connector = ConnectorFile.read("sink-dead-letters.json");
        try (var producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, platform.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            createTopic("orders.dlq");
            producer.send(deadLetter(new byte[] {0, 0, 0, 0, 9, 42}, "UNKNOWN_SCHEMA_ID", "9"))
                    .get();
            producer.send(deadLetter(new byte[0], "EMPTY_VALUE", null)).get();
        }
        deploy(connector);
        try {
            String all =
                    "SELECT source_topic, source_partition, source_offset, reason, schema_id, encode(payload, 'hex')"
                            + " FROM support_dead_letters ORDER BY reason";
            Deadline.in(LIMIT).until("two dead letters in Postgres", () -> {
                platform.worker().rest().isRunning(connector);
                return platform.shop().text("SELECT count(*) FROM dead_letters").equals("2\n");
            });
            assertThat(platform.shop().text(all))
                    .isEqualTo("orders|3|17|EMPTY_VALUE|null|\norders|3|17|UNKNOWN_SCHEMA_ID|9|00000000092a\n");
        } finally {
            platform.worker().rest().remove(connector);
        }
    }

    private static ProducerRecord<byte[], byte[]> deadLetter(byte[] value, String reason, String schemaId) {
        ProducerRecord<byte[], byte[]> letter =
                new ProducerRecord<>("orders.dlq", "key".getBytes(StandardCharsets.UTF_8), value);
        header(letter, "__streams.errors.topic", "orders");
        header(letter, "__streams.errors.partition", "3");
        header(letter, "__streams.errors.offset", "17");
        header(letter, "sluice.reason", reason);
        header(letter, "sluice.detail", "for the test");
        if (schemaId != null) {
            header(letter, "sluice.schema-id", schemaId);
        }
        return letter;
    }

    private static void header(ProducerRecord<byte[], byte[]> letter, String name, String value) {
        letter.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static void createTopic(String name) throws Exception {
        try (var admin = Admin.create(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, platform.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all().get();
        }
    }

    private static void deploy(ConnectorFile connector) throws Exception {
        ConnectRest rest = platform.worker().rest();
        rest.deploy(connector);
        Deadline.in(LIMIT).until(connector + " to run", () -> rest.isRunning(connector));
    }

    private static void awaitSameCustomers(String after, CustomersView view) throws Exception {
        Map<Long, Customer> expected = platform.shop().customers();
        Deadline limit = Deadline.in(LIMIT);
        while (!view.customers().equals(expected) && !limit.isOver()) {
            assertThat(platform.worker().rest().isRunning(ConnectorFile.read("source-cdc-tables.json")))
                    .isTrue();
        }
        assertThat(differences(expected, view.customers()))
                .as("customers after %s", after)
                .isEmpty();
    }

    private static List<String> differences(Map<Long, Customer> expected, Map<Long, Customer> found) {
        Set<Long> ids = new TreeSet<>(expected.keySet());
        ids.addAll(found.keySet());
        return ids.stream()
                .filter(id -> !Objects.equals(expected.get(id), found.get(id)))
                .map(id -> "expected %s, found %s".formatted(expected.get(id), found.get(id)))
                .toList();
    }

    private static KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, platform.bootstrapServers(),
                        ConsumerConfig.GROUP_ID_CONFIG, "connect-test",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }
}
