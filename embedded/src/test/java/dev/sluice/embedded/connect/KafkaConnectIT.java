package dev.sluice.embedded.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embedded.demo.TableProof;
import dev.sluice.load.ExpectedTable;
import dev.sluice.load.ExpectedTables;
import dev.sluice.load.Faults;
import dev.sluice.load.LoadGenerator;
import dev.sluice.load.LoadRecord;
import dev.sluice.load.LoadSpec;
import dev.sluice.load.Percent;
import dev.sluice.load.SchemaIds;
import dev.sluice.sink.audit.AuditLine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerConfig;
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
        platform = ConnectPlatform.start(
                folder, "standalone-apicurio.properties", SharedRegistry.apicurio(folder.resolve("registry")));
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
    void topic_silver_and_gold_are_the_rows_of_postgres_through_every_change_and_a_kill() throws Exception {
        ChangingCustomers customers = new ChangingCustomers(platform.shop());
        ChangingOrders orders = new ChangingOrders(platform.shop());
        ConnectorFile connector = ConnectorFile.read("source-cdc-tables.json");
        createTopic("shop.customers", 1);
        createTopic("shop.orders", 3);
        try (FoldedTopic topic = new FoldedTopic(platform.bootstrapServers(), platform.registry(), "shop.customers");
                LandedShop tables = LandedShop.start(folder.resolve("shop"), platform)) {
            customers.beforeTheConnector();
            orders.beforeTheConnector();
            deploy(connector);
            awaitSame("the snapshot", topic);
            awaitSame("the snapshot", tables);

            customers.insertsUpdatesAndDeletes();
            orders.insertsUpdatesAndDeletes();
            awaitSame("inserts, updates and deletes", topic);
            awaitSame("inserts, updates and deletes", tables);

            customers.aColumnIsAdded();
            orders.aColumnIsAdded();
            awaitSame("the added column", topic);
            awaitSame("the added column", tables);

            // A kill before this makes Debezium take a second snapshot, which cannot tell of rows deleted in between.
            Deadline.in(LIMIT).until("source offsets past the snapshot", platform.worker()::hasKeptItsPlaceInTheLog);
            int before = topic.records();
            customers.aBurst();
            orders.aBurst();
            Deadline.in(LIMIT).until("the first of the burst", () -> {
                topic.customers();
                return topic.records() > before;
            });
            platform.worker().kill();
            customers.whileConnectIsDown();
            orders.whileConnectIsDown();
            platform.worker().restart();
            deploy(connector);
            awaitSame("the changes while Connect was down", topic);
            awaitSame("the changes while Connect was down", tables);

            customers.afterTheRestart();
            orders.afterTheRestart();
            awaitSame("the changes after the restart", topic);
            awaitSame("the changes after the restart", tables);

            assertThat(tables.segments().keySet()).contains("BUSINESS EUR", "CONSUMER GBP");
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
    void outbox_rows_become_the_tables_of_the_order_pipeline_and_the_broken_ones_rows_for_the_support_team()
            throws Exception {
        LoadSpec load = LoadSpec.defaults()
                .withEvents(1_000)
                .withOrders(200)
                .withPartitions(3)
                .withFaults(Faults.defaults().withMalformed(Percent.of(4)));
        ExpectedTables expected = ExpectedTables.of(load);
        ConnectorFile outbox = ConnectorFile.read("source-cdc-outbox.json");
        ConnectorFile deadLetters = ConnectorFile.read("sink-dead-letters.json");
        createTopic("orders", load.partitions());
        createTopic("orders.dlq", 1);
        createTopic("customers", 1);
        Map<String, List<String>> written = new TreeMap<>();
        LoadGenerator events = new LoadGenerator(load, SchemaIds.register(platform.registry(), load));
        while (events.hasNext()) {
            LoadRecord event = events.next();
            String order = new String(event.key(), StandardCharsets.UTF_8);
            platform.shop().publish("orders", order, Objects.requireNonNull(event.value()));
            written.computeIfAbsent(order, any -> new ArrayList<>())
                    .add(HexFormat.of().formatHex(event.value()));
        }
        deploy(outbox);
        try (LandedTables tables = LandedTables.start(folder.resolve("orders"), "", platform)) {
            OutboxTopic topic = OutboxTopic.read(platform.bootstrapServers(), "orders", (int) load.events());
            assertThat(topic.valuesByKey()).isEqualTo(written);
            assertThat(topic.ids()).hasSize((int) load.events());

            deploy(deadLetters);
            for (ExpectedTable table :
                    List.of(expected.silverOrders(), expected.goldOrders(), expected.goldRevenueDaily())) {
                awaitRows(tables, table);
            }
            String support = "SELECT source_topic, source_partition, source_offset, encode(payload, 'hex')"
                    + " FROM support_dead_letters";
            Deadline.in(LIMIT)
                    .until(
                            "every dead letter in Postgres",
                            () -> platform.worker().rest().isRunning(deadLetters)
                                    && platform.shop().text(support).lines().count() >= load.malformed());
            assertThat(platform.shop().text("SELECT reason, count(*) FROM support_dead_letters GROUP BY 1 ORDER BY 1"))
                    .isEqualTo(expected.deadLettersByReason().entrySet().stream()
                            .map(reason -> reason.getKey() + "|" + reason.getValue() + "\n")
                            .collect(Collectors.joining()));
            assertThat(platform.shop().text(support).lines())
                    .hasSize((int) load.malformed())
                    .isSubsetOf(topic.places());
        } finally {
            platform.worker().rest().remove(outbox);
            platform.worker().rest().remove(deadLetters);
        }
    }

    private static void awaitRows(LandedTables tables, ExpectedTable expected) throws Exception {
        Deadline limit = Deadline.in(LIMIT);
        Optional<AuditLine> proof = proof(tables, expected);
        while (proof.map(AuditLine::failed).orElse(true) && !limit.isOver()) {
            proof = proof(tables, expected);
        }
        assertThat(proof)
                .hasValueSatisfying(
                        line -> assertThat(line.failed()).as(line.toString()).isFalse());
    }

    private static Optional<AuditLine> proof(LandedTables tables, ExpectedTable expected) {
        return tables.table(expected.name()).map(table -> new TableProof(table, expected).check());
    }

    private static void createTopic(String name, int partitions) throws Exception {
        try (var admin = Admin.create(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, platform.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1)))
                    .all()
                    .get();
        }
    }

    private static void deploy(ConnectorFile connector) throws Exception {
        ConnectRest rest = platform.worker().rest();
        rest.deploy(connector);
        Deadline.in(LIMIT).until(connector + " to run", () -> rest.isRunning(connector));
    }

    private static void awaitSame(String after, FoldedTopic topic) throws Exception {
        awaitSame("customers on the topic after " + after, platform.shop().customers(), topic::customers);
    }

    private static void awaitSame(String after, LandedShop tables) throws Exception {
        awaitSame("silver.customers after " + after, platform.shop().customers(), tables::customers);
        awaitSame("silver.orders after " + after, platform.shop().orders(), tables::orders);
        awaitSame("gold.orders_by_segment after " + after, platform.shop().segments(), tables::segments);
    }

    private static <K, V> void awaitSame(String what, Map<K, V> expected, Callable<Map<K, V>> view) throws Exception {
        Deadline limit = Deadline.in(LIMIT);
        while (!view.call().equals(expected) && !limit.isOver()) {
            assertThat(platform.worker().rest().isRunning(ConnectorFile.read("source-cdc-tables.json")))
                    .isTrue();
        }
        assertThat(differences(expected, view.call())).as(what).isEmpty();
    }

    private static <K, V> List<String> differences(Map<K, V> expected, Map<K, V> found) {
        Set<K> ids = new TreeSet<>(expected.keySet());
        ids.addAll(found.keySet());
        return ids.stream()
                .filter(id -> !Objects.equals(expected.get(id), found.get(id)))
                .map(id -> "expected %s, found %s".formatted(expected.get(id), found.get(id)))
                .toList();
    }
}
