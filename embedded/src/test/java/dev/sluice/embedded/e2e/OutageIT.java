package dev.sluice.embedded.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.cli.EnvironmentFile;
import dev.sluice.app.commit.CommitStatus;
import dev.sluice.app.config.ConfigFile;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.fault.Faults;
import dev.sluice.app.retry.Backoff;
import dev.sluice.app.retry.Pause;
import dev.sluice.app.retry.Retry;
import dev.sluice.app.service.Part;
import dev.sluice.app.service.PipelineService;
import dev.sluice.embedded.broker.EmbeddedBroker;
import dev.sluice.embedded.catalog.EmbeddedCatalog;
import dev.sluice.embedded.ingest.Await;
import dev.sluice.embedded.registry.EmbeddedSchemaRegistry;
import dev.sluice.error.SluiceException;
import dev.sluice.load.ExpectedTables;
import dev.sluice.load.LoadSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** One service that runs on while its neighbours go away one after the other, in this order. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OutageIT {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    /** The thread that replaces a failed one gets its partitions when the broker has given the failed one up. */
    private static final Map<String, String> SHORT_SESSIONS = Map.of("group.min.session.timeout.ms", "500");

    private static final LoadSpec FIRST =
            LoadSpec.defaults().withEvents(2_000).withOrders(400).withSeed(21);
    private static final LoadSpec SECOND = FIRST.withSeed(22);
    private static final LoadSpec THIRD = FIRST.withSeed(23);

    @TempDir
    static Path folder;

    private static EmbeddedBroker broker;
    private static EmbeddedSchemaRegistry registry;
    private static EmbeddedCatalog catalog;
    private static SluiceConfig config;
    private static PipelineService service;
    private static CompletableFuture<Void> running;

    @BeforeAll
    static void start() throws IOException {
        broker = EmbeddedBroker.start(folder.resolve("kafka"), 0, SHORT_SESSIONS);
        registry = EmbeddedSchemaRegistry.start(folder.resolve("registry"), 0);
        catalog = EmbeddedCatalog.start(folder.resolve("catalog.db"), folder.resolve("warehouse"), 0);
        Map<String, String> variables = new HashMap<>(Map.of(
                "SLUICE_BOOTSTRAP_SERVERS", broker.bootstrapServers(),
                "SLUICE_REGISTRY_URL", registry.uri().toString(),
                "SLUICE_CATALOG_URI", catalog.uri(),
                "SLUICE_DATA", folder.resolve("service").toString(),
                "SLUICE_PII_KEY", "a key for tests, long enough"));
        EnvironmentFile.write(folder, variables);
        Path yaml = Pipeline.quickToRejoin(folder);
        Files.writeString(
                yaml,
                Files.readString(yaml)
                        .replace(
                                "    type: rest\n",
                                "    type: rest\n    io-impl: " + FillableDisk.class.getName() + "\n"));
        config = ConfigFile.load(yaml, variables);
        Pipeline.createTopics(broker.bootstrapServers());
        produce(FIRST);
        registry.close();
        catalog.close();
        broker.close();
    }

    @AfterAll
    static void stop() {
        FillableDisk.free();
        service.close();
        running.exceptionally(failure -> null).join();
        catalog.close();
        registry.close();
        broker.close();
    }

    private static Invocation sluice(String command, String... more) {
        String[] arguments = new String[more.length + 3];
        arguments[0] = command;
        arguments[1] = "--data=" + folder;
        arguments[2] = "--config=" + folder.resolve("quick.yaml");
        System.arraycopy(more, 0, arguments, 3, more.length);
        return Invocation.of(arguments);
    }

    private static void produce(LoadSpec load) {
        sluice("produce", "--events=" + load.events(), "--orders=" + load.orders(), "--seed=" + load.seed())
                .succeeds();
    }

    private static void assertEverythingArrives(LoadSpec... loads) {
        long bronze = ExpectedTables.of(loads).partitions().stream()
                .mapToLong(count -> count.rows() + count.tombstones())
                .sum();
        Await.until("the tables to catch up", LIMIT, () -> {
            assertThat(running).as("the service").isNotDone();
            Invocation status = sluice("status", "-o=json");
            return status.exitCode() == 0
                    && status.json().get("caught_up").asBoolean()
                    && status.json().get("sources").get(0).get("rows").asLong() == bronze;
        });
        assertThat(sluice("audit").succeeds().out()).contains("Audit: PASS");
        try (Tables tables = new Tables(catalog.clientProperties())) {
            tables.assertEqual(ExpectedTables.of(loads));
        }
    }

    @Test
    @Order(1)
    void a_service_that_is_started_before_its_neighbours_waits_for_them() {
        List<SluiceException> refusals = new CopyOnWriteArrayList<>();
        Retry patience = new Retry(LIMIT, Backoff.STANDARD, new Pause(), Clock.systemUTC(), refusals::add);
        CompletableFuture<PipelineService> starting = CompletableFuture.supplyAsync(() -> new PipelineService(
                config, Set.of(Part.values()), Clock.systemUTC(), Faults.fromSystemProperty(), patience));
        Await.until("two attempts to open the catalog", LIMIT, () -> refusals.size() > 1);
        assertThat(starting).isNotDone();
        assertThat(refusals).allSatisfy(refusal -> assertThat(refusal).hasMessageContaining("Cannot open the catalog"));

        catalog = EmbeddedCatalog.start(folder.resolve("catalog.db"), folder.resolve("warehouse"), catalog.port());

        service = starting.join();
        running = CompletableFuture.runAsync(service, work -> new Thread(work, "service").start());
        // Both parts meet the broker that is away, then ingest meets a catalog that went away again.
        catalog.close();
        broker = EmbeddedBroker.start(folder.resolve("kafka"), broker.port(), SHORT_SESSIONS);
        Await.until(
                "the committer to begin",
                LIMIT,
                () -> service.committer().orElseThrow().role() != CommitStatus.Role.STANDBY);
        assertThat(running).as("the service").isNotDone();
        catalog = EmbeddedCatalog.start(folder.resolve("catalog.db"), folder.resolve("warehouse"), catalog.port());
    }

    @Test
    @Order(2)
    void a_registry_that_is_away_is_waited_for() {
        sluice("produce", "--events=10", "--orders=2").refuses(4, "SLUICE-203", "registry");
        assertThat(running).as("the service").isNotDone();

        registry = EmbeddedSchemaRegistry.start(
                folder.resolve("registry"), registry.uri().getPort());

        assertEverythingArrives(FIRST);
    }

    @Test
    @Order(3)
    void a_catalog_that_is_away_is_waited_for() {
        int port = catalog.port();
        catalog.close();
        produce(SECOND);
        sluice("query", "select 1 from silver.orders").refuses(4, "SLUICE-400", "catalog");
        sluice("status").refuses(4, "SLUICE-400", "catalog");
        assertThat(running).as("the service").isNotDone();

        catalog = EmbeddedCatalog.start(folder.resolve("catalog.db"), folder.resolve("warehouse"), port);

        assertEverythingArrives(FIRST, SECOND);
    }

    @Test
    @Order(4)
    void a_full_disk_is_waited_for() {
        int before = FillableDisk.refused();
        FillableDisk.fill();
        produce(THIRD);
        Await.until("writes to fail", LIMIT, () -> FillableDisk.refused() > before + 3);
        assertThat(running).as("the service").isNotDone();

        FillableDisk.free();

        assertEverythingArrives(FIRST, SECOND, THIRD);
    }
}
