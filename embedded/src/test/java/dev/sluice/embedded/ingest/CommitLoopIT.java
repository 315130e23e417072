package dev.sluice.embedded.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.app.announce.Announcement;
import dev.sluice.app.announce.AnnouncementCodec;
import dev.sluice.app.commit.AfterBronze;
import dev.sluice.app.commit.BronzeRound;
import dev.sluice.app.commit.CommitStatus;
import dev.sluice.app.commit.CommittedProgress;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.ledger.RangeCounts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitLoopIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int PARTITIONS = 3;

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
    void the_standby_takes_over_where_the_leader_stopped() {
        String name = "takeover";
        platform.createTopic(name, PARTITIONS);
        SluiceConfig config = platform.config(name, "one", "classic");
        LandingProof proof = new LandingProof(platform, config);
        try (OrderTraffic traffic = new OrderTraffic(platform, name, PARTITIONS, false);
                RunningIngest ingest = new RunningIngest(platform, config)) {
            ingest.awaitRunning();
            RunningCommits leader = new RunningCommits(platform, config, AfterBronze.nothing());
            leader.awaitRole(CommitStatus.Role.LEADING);
            try (RunningCommits standby = new RunningCommits(platform, config, AfterBronze.nothing())) {
                traffic.send(3_000);
                Await.until(
                        "the leader to commit",
                        LIMIT,
                        () -> leader.stillRuns() && leader.status().rows() > 0);
                traffic.send(3_000);
                leader.close();
                assertThat(leader.status().role()).isEqualTo(CommitStatus.Role.STOPPED);
                traffic.send(3_000);
                awaitCommitted(proof, config, standby);
                Await.until(
                        "the new leader to be done",
                        LIMIT,
                        () -> standby.status().isDrained());
                assertThat(standby.status().rows()).isPositive();
                assertThat(standby.status().duplicates()).isZero();
            }
        }
        proof.verify();
        proof.verifyTable();
    }

    @Test
    void models_that_fail_for_a_while_are_run_again_and_the_tables_go_on() {
        String name = "models";
        platform.createTopic(name, PARTITIONS);
        SluiceConfig config = platform.config(name, "one", "classic");
        LandingProof proof = new LandingProof(platform, config);
        AtomicInteger runs = new AtomicInteger();
        AfterBronze flaky = (BronzeRound round) -> {
            if (runs.incrementAndGet() % 2 == 1) {
                throw new SluiceException(ErrorCode.CATALOG_UNAVAILABLE, "away for a moment");
            }
        };
        try (OrderTraffic traffic = new OrderTraffic(platform, name, PARTITIONS, false);
                RunningIngest ingest = new RunningIngest(platform, config);
                RunningCommits commits = new RunningCommits(platform, config, flaky)) {
            ingest.awaitRunning();
            traffic.send(1_000);
            awaitCommitted(proof, config, commits);
            Await.until(
                    "the committer to be done", LIMIT, () -> commits.status().isDrained());
            assertThat(commits.status().lastError()).isEqualTo("away for a moment");
            assertThat(commits.status().failingSince()).isNull();
        }
        proof.verifyTable();
    }

    @Test
    void announcements_with_a_gap_stop_the_committer_loudly() throws Exception {
        String name = "gap";
        platform.createTopic(name, PARTITIONS);
        SluiceConfig config = platform.config(name, "one", "classic");
        LandingProof proof = new LandingProof(platform, config);
        try (OrderTraffic traffic = new OrderTraffic(platform, name, PARTITIONS, false);
                RunningIngest ingest = new RunningIngest(platform, config);
                RunningCommits commits = new RunningCommits(platform, config, AfterBronze.nothing())) {
            ingest.awaitRunning();
            traffic.send(300);
            awaitCommitted(proof, config, commits);

            announceGapAfter(proof.announcements().get(0));

            assertThatExceptionOfType(SluiceException.class)
                    .isThrownBy(commits::outcome)
                    .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.LEDGER_GAP));
            assertThat(commits.status().role()).isEqualTo(CommitStatus.Role.STOPPED);
        }
    }

    private static void announceGapAfter(Announcement seen) throws Exception {
        Announcement gap = new Announcement(
                seen.pipeline(),
                seen.source(),
                seen.table(),
                new OffsetRange(seen.range().source(), 1_000_000, 1_000_001),
                new RangeCounts(0, 0, 1),
                List.of(),
                List.of(),
                "gap",
                seen.instance(),
                seen.announcedAt());
        try (Producer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", platform.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(SluiceConfig.ANNOUNCEMENT_TOPIC, new AnnouncementCodec().toBytes(gap)))
                    .get();
        }
    }

    private static void awaitCommitted(LandingProof proof, SluiceConfig config, RunningCommits commits) {
        CommittedProgress progress = new CommittedProgress(platform.catalog());
        Await.until(
                "everything to be committed",
                LIMIT,
                () -> commits.stillRuns()
                        && progress.reached(
                                config.sources().get(0).table(),
                                config.sources().get(0).topic(),
                                proof.endOffsets()),
                proof::state);
    }
}
