package dev.sluice.embedded.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.cli.EnvironmentFile;
import dev.sluice.embedded.ingest.Await;
import dev.sluice.embedded.platform.Platform;
import dev.sluice.embedded.platform.PlatformPorts;
import dev.sluice.load.ExpectedTables;
import dev.sluice.load.KafkaLoad;
import dev.sluice.load.LoadSpec;
import dev.sluice.load.SchemaIds;
import dev.sluice.load.Skip;
import dev.sluice.schemas.registry.HttpSchemaRegistry;
import dev.sluice.schemas.registry.SchemaRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class KillIT {
    private static final Logger LOG = LoggerFactory.getLogger(KillIT.class);
    private static final long SEED = 20_260_101;
    private static final Duration CATCH_UP = Duration.ofSeconds(240);
    private static final int KILLS = 10;

    @TempDir
    Path folder;

    private final Random random = new Random(SEED);

    @Test
    void a_service_that_is_killed_ten_times_ends_in_the_exact_tables() {
        LoadSpec[] loads = new LoadSpec[KILLS];
        Path data = folder.resolve("platform");
        try (Platform platform =
                Platform.start(data, PlatformPorts.FREE, Map.of("group.min.session.timeout.ms", "500"))) {
            EnvironmentFile.write(
                    data,
                    Map.of(
                            "SLUICE_BOOTSTRAP_SERVERS", platform.endpoints().bootstrapServers(),
                            "SLUICE_REGISTRY_URL", platform.endpoints().registryUrl(),
                            "SLUICE_CATALOG_URI", platform.endpoints().catalogUri(),
                            "SLUICE_DATA", folder.resolve("service").toString(),
                            "SLUICE_PII_KEY", "a key for tests, long enough"));
            String[] pipeline = {"--data=" + data, "--config=" + Pipeline.quickToRejoin(folder)};
            Pipeline.createTopics(platform.endpoints().bootstrapServers());
            String[] moments = {"", "landing started", "bronze committed"};
            for (int kill = 0; kill < KILLS; kill++) {
                loads[kill] = LoadSpec.defaults()
                        .withEvents(1_200)
                        .withOrders(240)
                        .withRate(600)
                        .withSeed(100 + kill);
                CompletableFuture<Void> producing = produce(platform, loads[kill]);
                killAtRandom("run-" + kill, moments[kill % moments.length], "run", pipeline);
                producing.join();
            }
            try (SluiceChild last = run("run-last", "run", pipeline)) {
                Await.until(
                        "the tables to catch up",
                        CATCH_UP,
                        () -> Invocation.of("status", pipeline[0], pipeline[1], "-o=json")
                                .succeeds()
                                .json()
                                .get("caught_up")
                                .asBoolean(),
                        last::err);
                last.signal("INT");
                assertThat(last.exitCode(Duration.ofSeconds(10))).as(last.err()).isEqualTo(130);
            }

            assertThat(Invocation.of("audit", pipeline[0], pipeline[1])
                            .succeeds()
                            .out())
                    .contains("Audit: PASS");
            try (Tables tables = new Tables(platform.catalogProperties())) {
                tables.assertEqual(ExpectedTables.of(loads));
            }
        }
    }

    @Test
    void a_demo_that_is_killed_three_times_broker_and_all_is_finished_by_the_next_run() {
        String[] arguments = {
            "--data=" + folder.resolve("platform"),
            "--config=" + Pipeline.quick(folder),
            "--events=10000",
            "--orders=2000",
            "--rate=2500",
            "--seed=17",
            "-o=json"
        };
        for (int kill = 1; kill <= 3; kill++) {
            killAtRandom("demo-" + kill, "Producing", "demo", arguments);
        }
        try (SluiceChild last = run("demo-last", "demo", arguments)) {
            assertThat(last.exitCode()).as(last.out() + last.err()).isZero();
            assertThat(last.out()).contains("\"audit\":\"pass\"");
        }
        try (RestingTables resting = new RestingTables(folder.resolve("platform"))) {
            resting.tables()
                    .assertEqual(ExpectedTables.of(LoadSpec.defaults()
                            .withEvents(10_000)
                            .withOrders(2_000)
                            .withSeed(17)));
        }
    }

    /** @param moment what the process says before the time is taken; from its start when empty */
    private void killAtRandom(String name, String moment, String command, String... arguments) {
        try (SluiceChild child = run(name, command, arguments)) {
            if (!moment.isEmpty()) {
                child.awaitText(moment);
            }
            Duration delay = Duration.ofMillis(random.nextInt(2_000));
            child.letRun(delay);
            assertThat(child.isAlive()).as(child.out() + child.err()).isTrue();
            LOG.info("killing {} {} ms after '{}'", name, delay.toMillis(), moment);
            child.kill();
        }
    }

    private SluiceChild run(String name, String command, String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = command;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return SluiceChild.start(folder.resolve(name), all);
    }

    private static CompletableFuture<Void> produce(Platform platform, LoadSpec load) {
        KafkaLoad kafka = new KafkaLoad(platform.kafkaProperties(), "orders", Clock.systemUTC());
        return CompletableFuture.runAsync(() -> {
            try (SchemaRegistry registry = HttpSchemaRegistry.from(platform.registryProperties())) {
                kafka.produce(load, SchemaIds.register(registry, load), Skip.nothing(load), progress -> {});
            }
        });
    }
}
