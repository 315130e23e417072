package dev.sluice.embedded.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.app.dlq.DeadLetters;
import dev.sluice.app.kafka.Cluster;
import dev.sluice.app.service.Catalogs;
import dev.sluice.app.status.PipelineStatus;
import dev.sluice.app.status.StatusReader;
import dev.sluice.embedded.e2e.Invocation;
import dev.sluice.embedded.e2e.Tables;
import dev.sluice.embedded.ingest.Await;
import dev.sluice.load.CustomerSpec;
import dev.sluice.load.ExpectedTables;
import dev.sluice.load.KafkaLoad;
import dev.sluice.load.LoadSpec;
import dev.sluice.load.SchemaIds;
import dev.sluice.load.Skip;
import dev.sluice.schemas.registry.SchemaRegistry;
import dev.sluice.sink.model.ModelSet;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.apache.iceberg.catalog.Catalog;

/**
 * Loads of known content through the whole pipeline, and what must hold afterwards. It knows the pipeline by its
 * addresses only, so it says the same of containers as of processes. Used by one thread.
 */
final class OrdersScenario implements AutoCloseable {
    private static final int CUSTOMERS = 100;
    private static final long SEED = 31;

    private final Deployment deployment;
    private final Duration patience;
    private final SluiceConfig config;
    private final SourceConfig orders;
    private final Cluster cluster;
    private final Catalogs catalogs;
    private final StatusReader status;
    /** Everything that was produced, in its order; written by one producer at a time. */
    private final List<LoadSpec> loads = new ArrayList<>();

    /** @param patience how long anything may take to come about */
    OrdersScenario(Deployment deployment, Duration patience) {
        this.deployment = deployment;
        this.patience = patience;
        this.config = deployment.config();
        this.orders = config.sources().get(0);
        this.cluster = Cluster.open(config.kafka());
        this.catalogs = Catalogs.open(config.catalog());
        this.status = new StatusReader(config, catalogs.catalog(), ModelSet.load(config.models()), cluster);
    }

    /** Every instance says that it is ready, and a load with every kind of fault ends in the expected tables. */
    void aLoadWithEveryFaultLands() {
        deployment
                .instances()
                .forEach(instance -> await(instance + " to be ready", () -> deployment.isReady(instance)));
        try (SchemaRegistry registry = SchemaRegistry.from(config.registry())) {
            LoadSpec load = load(3_000);
            CustomerSpec people = new CustomerSpec(CUSTOMERS, SEED, load.partitions(), load.clock());
            KafkaLoad customers = kafka(config.sources().get(1).topic());
            customers.ensureTopic(people);
            customers.produce(people, registry);
            produce(load, registry);
        }
        assertEverythingIsAsExpected();
        assertThat(Invocation.of(
                                "query",
                                "--config=" + deployment.configFile(),
                                "-o=json",
                                "select count(*) as customers from silver.customers")
                        .succeeds()
                        .json()
                        .findValue("customers")
                        .asInt())
                .isEqualTo(CUSTOMERS);
    }

    /**
     * While loads go on, these instances die one after the other, each once more has landed, and are started again; the
     * tables still end as expected.
     */
    void instancesAreKilledInTheMiddle(String... names) {
        AtomicBoolean ending = new AtomicBoolean();
        CompletableFuture<Void> producing = CompletableFuture.runAsync(() -> {
            try (SchemaRegistry registry = SchemaRegistry.from(config.registry())) {
                while (!ending.get()) {
                    produce(load(500).withRate(500), registry);
                }
            }
        });
        try {
            for (String instance : names) {
                long before = landed();
                await(
                        "more rows in bronze before " + instance + " is killed",
                        () -> landed() > before || producing.isDone());
                assertThat(producing).as("the loads that go on").isNotDone();
                deployment.kill(instance);
                deployment.start(instance);
            }
        } finally {
            ending.set(true);
        }
        producing.join();
        assertEverythingIsAsExpected();
    }

    private void produce(LoadSpec load, SchemaRegistry registry) {
        KafkaLoad kafka = kafka(orders.topic());
        kafka.ensureTopic(load);
        kafka.produce(load, SchemaIds.register(registry, load), Skip.nothing(load), progress -> {});
        loads.add(load);
    }

    private KafkaLoad kafka(String topic) {
        return new KafkaLoad(config.kafka(), topic, Clock.systemUTC());
    }

    /** One with a seed of its own. */
    private LoadSpec load(int events) {
        return LoadSpec.defaults().withEvents(events).withOrders(events / 5).withSeed(SEED + loads.size());
    }

    private void assertEverythingIsAsExpected() {
        await("the tables to catch up", () -> status.read().caughtUp());
        ExpectedTables expected = ExpectedTables.of(loads.toArray(LoadSpec[]::new));
        Catalog catalog = catalogs.catalog();
        Tables.assertEqual(catalog, expected);
        assertThat(deadLettersByReason()).as("dead letters by reason").isEqualTo(expected.deadLettersByReason());
        assertThat(Invocation.of("audit", "--config=" + deployment.configFile())
                        .succeeds()
                        .out())
                .contains("Audit: PASS");
    }

    private Map<String, Long> deadLettersByReason() {
        Map<String, Long> reasons = new TreeMap<>();
        new DeadLetters(config.kafka(), Clock.systemUTC())
                .read(orders.dlq(), letter -> reasons.merge(letter.reason(), 1L, Long::sum));
        return reasons;
    }

    private long landed() {
        PipelineStatus now = status.read();
        return now.sources().get(0).landed();
    }

    private void await(String what, BooleanSupplier condition) {
        Await.until(what, patience, condition, deployment::logs);
    }

    @Override
    public void close() {
        catalogs.close();
        cluster.close();
    }
}
