package dev.sluice.embedded.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.fault.FaultPoint;
import dev.sluice.app.fault.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LandingIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int PARTITIONS = 4;

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

    @ParameterizedTest
    @ValueSource(strings = {"classic", "streams"})
    void every_offset_of_a_transactional_topic_is_once_in_a_file_or_once_in_the_dlq(String protocol) {
        String name = "clean_" + protocol;
        platform.createTopic(name, PARTITIONS);
        SluiceConfig config = platform.config(name, "one", protocol);
        LandingProof proof = new LandingProof(platform, config);
        try (OrderTraffic traffic = new OrderTraffic(platform, name, PARTITIONS, true);
                RunningIngest ingest = new RunningIngest(platform, config)) {
            traffic.send(8_000);
            traffic.sendAborted(500);
            traffic.send(8_000);
            awaitLanded(proof);
            assertThat(ingest.status().failures()).isZero();
        }
        proof.verify();
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "streams"})
    void no_duplicate_files_after_a_rebalance(String protocol) {
        String name = "rebalance_" + protocol;
        platform.createTopic(name, PARTITIONS);
        SluiceConfig first = platform.config(name, "first", protocol);
        SluiceConfig second = platform.config(name, "second", protocol);
        LandingProof proof = new LandingProof(platform, first);
        try (OrderTraffic traffic = new OrderTraffic(platform, name, PARTITIONS, false)) {
            RunningIngest one = new RunningIngest(platform, first);
            one.awaitRunning();
            traffic.send(3_000);
            RunningIngest two = new RunningIngest(platform, second);
            sendUntil(traffic, () -> two.status().announcements() > 4);
            one.close();
            traffic.send(3_000);
            RunningIngest again = new RunningIngest(platform, first);
            sendUntil(traffic, () -> again.status().announcements() > 4);
            two.close();
            traffic.send(3_000);
            awaitLanded(proof);
            again.close();
        }
        proof.verify();
    }

    @Test
    void no_lost_data_with_default_settings_after_a_timeout_at_any_point_of_the_commit() {
        String name = "timeouts";
        platform.createTopic(name, PARTITIONS);
        SluiceConfig config = platform.config(name, "one", "classic");
        LandingProof proof = new LandingProof(platform, config);
        TimeoutsOnce timeouts = new TimeoutsOnce();
        try (OrderTraffic traffic = new OrderTraffic(platform, name, PARTITIONS, false);
                RunningIngest ingest = new RunningIngest(platform, config, timeouts)) {
            ingest.awaitRunning();
            sendUntil(traffic, timeouts::allThrown);
            traffic.send(1_000);
            awaitLanded(proof);
        }
        proof.verify();
    }

    @Test
    void a_kill_at_any_point_of_the_commit_loses_nothing_and_doubles_nothing() throws Exception {
        assertKillsAreHarmless(
                "kills",
                "classic",
                List.of(
                        FaultPoint.AFTER_DEAD_LETTER,
                        FaultPoint.BEFORE_FILE_CLOSE,
                        FaultPoint.AFTER_FILE_CLOSE,
                        FaultPoint.AFTER_ANNOUNCE,
                        FaultPoint.AFTER_OFFSETS,
                        FaultPoint.BEFORE_TRANSACTION_COMMIT,
                        FaultPoint.AFTER_TRANSACTION_COMMIT));
    }

    /** What a commit does is the same with both protocols; how the dead one's partitions are handed on is not. */
    @Test
    void a_kill_on_either_side_of_the_commit_is_as_harmless_with_the_streams_protocol() throws Exception {
        assertKillsAreHarmless(
                "kills_streams",
                "streams",
                List.of(FaultPoint.BEFORE_TRANSACTION_COMMIT, FaultPoint.AFTER_TRANSACTION_COMMIT));
    }

    private static void assertKillsAreHarmless(String name, String protocol, List<FaultPoint> points)
            throws IOException, InterruptedException {
        platform.createTopic(name, PARTITIONS);
        SluiceConfig config = platform.config(name, "one", protocol);
        Path yaml = Files.writeString(folder.resolve(name + ".yaml"), platform.yaml(name, "one", protocol));
        LandingProof proof = new LandingProof(platform, config);
        try (OrderTraffic traffic = new OrderTraffic(platform, name, PARTITIONS, false)) {
            for (FaultPoint point : points) {
                traffic.send(1_000);
                assertThat(killedAt(point, yaml, traffic)).isEqualTo(Faults.HALTED);
            }
            try (RunningIngest last = new RunningIngest(platform, config)) {
                last.awaitRunning();
                awaitLanded(proof);
            }
        }
        proof.verify();
    }

    private static int killedAt(FaultPoint point, Path yaml, OrderTraffic traffic)
            throws IOException, InterruptedException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-D" + Faults.PROPERTY + "=" + point + ":2",
                        "-cp",
                        System.getProperty("java.class.path"),
                        IngestChild.class.getName(),
                        yaml.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("child-" + point + ".log").toFile())
                .start();
        try {
            Await.until("child to die at " + point, LIMIT, () -> {
                traffic.send(20);
                return !child.isAlive();
            });
            return child.exitValue();
        } finally {
            child.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    private static void sendUntil(OrderTraffic traffic, java.util.function.BooleanSupplier condition) {
        Await.until("traffic to be enough", LIMIT, () -> {
            traffic.send(50);
            return condition.getAsBoolean();
        });
    }

    private static void awaitLanded(LandingProof proof) {
        Await.until("everything to be landed", LIMIT, proof::landedAll, proof::state);
    }

    /** Throws at the third pass of each point of the commit, once. */
    private static final class TimeoutsOnce implements Faults {
        private static final Set<FaultPoint> POINTS = EnumSet.of(
                FaultPoint.BEFORE_FILE_CLOSE,
                FaultPoint.AFTER_FILE_CLOSE,
                FaultPoint.AFTER_ANNOUNCE,
                FaultPoint.AFTER_OFFSETS,
                FaultPoint.BEFORE_TRANSACTION_COMMIT,
                FaultPoint.AFTER_TRANSACTION_COMMIT);

        private final Set<FaultPoint> left = EnumSet.copyOf(POINTS);
        private final AtomicInteger passes = new AtomicInteger();

        @Override
        public synchronized void pass(FaultPoint point) {
            if (left.contains(point) && passes.incrementAndGet() % 5 == 0) {
                left.remove(point);
                throw new TimeoutException("injected at " + point);
            }
        }

        synchronized boolean allThrown() {
            return left.isEmpty();
        }
    }
}
