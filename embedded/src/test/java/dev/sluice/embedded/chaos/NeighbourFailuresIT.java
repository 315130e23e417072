package dev.sluice.embedded.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.commit.CommitStatus;
import dev.sluice.app.service.Part;
import dev.sluice.embedded.ingest.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A neighbour fails for a while: the status says so, nothing is reported as done, and afterwards nothing is missing.
 */
class NeighbourFailuresIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    @TempDir
    static Path folder;

    private static Stage stage;

    @BeforeAll
    static void start() {
        stage = new Stage(folder);
    }

    @AfterAll
    static void stop() {
        stage.close();
    }

    @Test
    void a_broker_that_is_away_for_longer_than_a_session() throws Exception {
        try (StagedPipeline pipeline = stage.pipeline("broker-away");
                RunningService service = running(pipeline)) {
            pipeline.produce();
            stage.stopBroker();
            try {
                // Sessions end after three seconds, and transactions after twelve.
                await("both parts to say so for a while", () -> since(service, Duration.ofSeconds(20)));
                assertThat(service.committer().isDrained()).isFalse();
            } finally {
                stage.startBroker();
            }
            recovered(pipeline, service);
        }
    }

    @Test
    void a_registry_that_is_away_when_its_first_schema_is_needed() throws Exception {
        try (StagedPipeline pipeline = stage.pipeline("registry-away")) {
            pipeline.produce();
            stage.stopRegistry();
            try (RunningService service = pipeline.service("one")) {
                try {
                    await(
                            "the ingest to say so",
                            () -> service.ingest().failingSince() != null
                                    && String.valueOf(service.ingest().lastError())
                                            .contains("registry"));
                    assertThat(service.ingest().announcements()).isZero();
                } finally {
                    stage.startRegistry();
                }
                recovered(pipeline, service);
            }
        }
    }

    @Test
    void no_failed_commits_with_a_green_status_while_the_catalog_is_away() throws Exception {
        try (StagedPipeline pipeline = stage.pipeline("catalog-away");
                RunningService service = running(pipeline)) {
            long rows = service.committer().rows();
            pipeline.proxy().down();
            pipeline.produce();
            await("the committer to say so", () -> service.committer().failingSince() != null);
            assertThat(service.committer().rows()).isEqualTo(rows);
            // Of the committer's steps any may be the first to fail; it names its table.
            assertThat(service.committer().lastError()).matches("\\[[a-z_.]+] Cannot .*");
            pipeline.proxy().up();
            recovered(pipeline, service);
        }
    }

    @Test
    void a_catalog_that_answers_500_after_it_committed() throws Exception {
        try (StagedPipeline pipeline = stage.pipeline("answers-lost");
                RunningService service = running(pipeline)) {
            pipeline.proxy().loseTheAnswerOfTheNextCommitTo("bronze.orders");
            pipeline.proxy().loseTheAnswerOfTheNextCommitTo("silver.orders");
            pipeline.proxy().loseTheAnswerOfTheNextCommitTo("gold.fct_orders");
            pipeline.proxy().loseTheAnswerOfTheNextCommitTo("gold.revenue_daily");
            recovered(pipeline, service);
            assertThat(pipeline.proxy().lost()).isEqualTo(4);
        }
    }

    @Test
    void a_disk_that_is_full_for_a_while() throws Exception {
        try (StagedPipeline pipeline = stage.pipeline("disk-full");
                RunningService service = running(pipeline)) {
            CommitStatus before = service.committer();
            Path full = Files.createFile(pipeline.folder().resolve(TroubledFileIO.FULL));
            pipeline.produce();
            await(
                    "the ingest to say so",
                    () -> service.ingest().failingSince() != null
                            && String.valueOf(service.ingest().lastError()).contains("No space left"));
            assertThat(service.committer().rows()).isEqualTo(before.rows());
            Files.delete(full);
            recovered(pipeline, service);
        }
    }

    /** Every file takes longer to close than a micro-batch lasts. */
    @Test
    void a_disk_that_is_slow_delays_and_is_no_failure() throws Exception {
        try (StagedPipeline pipeline = stage.pipeline("disk-slow");
                RunningService service = running(pipeline)) {
            int failures = service.ingest().failures();
            int before = TroubledFileIO.slowed();
            Path slow = Files.createFile(pipeline.folder().resolve(TroubledFileIO.SLOW));
            pipeline.produce();
            pipeline.awaitCaughtUp(service);
            assertThat(TroubledFileIO.slowed()).isGreaterThan(before);
            assertThat(service.ingest().failures()).isEqualTo(failures);
            assertThat(service.committer().failingSince()).isNull();
            Files.delete(slow);
            recovered(pipeline, service);
        }
    }

    @Test
    void a_clock_that_is_set_back_and_forth() throws Exception {
        SteppedClock clock = new SteppedClock();
        try (StagedPipeline pipeline = stage.pipeline("clock-steps");
                RunningService service = pipeline.service("one", clock, Set.of(Part.values()))) {
            pipeline.produce();
            pipeline.awaitCaughtUp(service);
            clock.step(Duration.ofHours(-2));
            pipeline.produce();
            pipeline.awaitCaughtUp(service);
            clock.step(Duration.ofHours(3));
            recovered(pipeline, service);
        }
    }

    private static RunningService running(StagedPipeline pipeline) {
        pipeline.produce();
        RunningService service = pipeline.service("one");
        pipeline.awaitCaughtUp(service);
        return service;
    }

    private static void recovered(StagedPipeline pipeline, RunningService service) throws IOException {
        pipeline.produce();
        pipeline.awaitCaughtUp(service);
        await(
                "both parts to be well",
                () -> service.committer().failingSince() == null
                        && service.ingest().failingSince() == null);
        service.close();
        pipeline.prove();
    }

    /** Whether both parts have been failing for that long. */
    private static boolean since(RunningService service, Duration time) {
        var ingest = service.ingest().failingSince();
        var committer = service.committer().failingSince();
        var then = java.time.Instant.now().minus(time);
        return ingest != null && committer != null && ingest.isBefore(then) && committer.isBefore(then);
    }

    private static void await(String what, BooleanSupplier condition) {
        Await.until(what, LIMIT, condition);
    }
}
