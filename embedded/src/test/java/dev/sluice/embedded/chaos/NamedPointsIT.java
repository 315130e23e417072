package dev.sluice.embedded.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.fault.Faults;
import dev.sluice.embedded.ingest.Await;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process dies at a point, another takes its place, and the tables are what the seed says. */
class NamedPointsIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    /** As long as a micro-batch: more would be work and no more commits. */
    private static final Duration BETWEEN_LOADS = Duration.ofMillis(300);

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

    /** One process after the other dies at its point; the last one is let live and finishes the job. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "BEFORE_FILE_CLOSE AFTER_FILE_CLOSE:2 AFTER_ANNOUNCE AFTER_DEAD_LETTER:2",
                "AFTER_OFFSETS:2 BEFORE_TRANSACTION_COMMIT AFTER_TRANSACTION_COMMIT BEFORE_BRONZE_COMMIT",
                "COMMIT_STAGED@bronze.orders COMMITTED@bronze.orders AFTER_BRONZE_COMMIT BEFORE_MODELS",
                "FILES_WRITTEN@silver.orders COMMIT_STAGED@silver.orders COMMITTED@silver.orders MODEL_DONE@silver.orders",
                "INDEX_CAUGHT_UP@silver.orders INDEX_FOLLOWING@silver.orders INDEX_FOLLOWING@silver.orders:2",
                "COMMITTED@gold.fct_orders MODEL_DONE@gold.fct_orders FILES_WRITTEN@gold.revenue_daily AFTER_MODELS",
                "COMPACTION_WRITTEN@bronze.orders COMPACTED@silver.orders EXPIRY_PLANNED@silver.orders SNAPSHOTS_EXPIRED@bronze.orders"
            })
    void deaths_at_named_points_lose_nothing_and_double_nothing(String points) throws Exception {
        try (StagedPipeline pipeline = stage.pipeline(name(points.split(" ", -1)[0]))) {
            for (String point : points.split(" ", -1)) {
                pipeline.produce();
                try (ServiceProcess child = pipeline.child("one", point)) {
                    awaitDeath(pipeline, child);
                }
            }
            proveWithANewProcess(pipeline);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bronze.orders", "silver.orders"})
    void a_death_while_it_is_unknown_whether_the_catalog_committed(String table) throws Exception {
        try (StagedPipeline pipeline = stage.pipeline("unknown-" + name(table))) {
            pipeline.proxy().loseTheAnswerOfTheNextCommitTo(table);
            pipeline.produce();
            try (ServiceProcess child = pipeline.child("one", "OUTCOME_UNKNOWN@" + table)) {
                awaitDeath(pipeline, child);
            }
            assertThat(pipeline.proxy().lost()).isEqualTo(1);
            proveWithANewProcess(pipeline);
        }
    }

    @Test
    void a_death_while_the_catalog_commits() throws Exception {
        try (StagedPipeline pipeline = stage.pipeline("while-committing")) {
            pipeline.produce();
            try (ServiceProcess child = pipeline.child("one", "")) {
                pipeline.proxy().afterTheNextCommitTo("bronze.orders", child::kill);
                awaitDeath(pipeline, child);
            }
            proveWithANewProcess(pipeline);
        }
    }

    private static void awaitDeath(StagedPipeline pipeline, ServiceProcess child) {
        long[] produced = {System.nanoTime()};
        Await.until(
                "the process to die",
                LIMIT,
                () -> {
                    if (System.nanoTime() - produced[0] > BETWEEN_LOADS.toNanos() && child.hasStarted()) {
                        pipeline.produce();
                        produced[0] = System.nanoTime();
                    }
                    return !child.isAlive();
                },
                child::output);
        assertThat(child.exitCode()).as(child.output()).isEqualTo(Faults.HALTED);
    }

    /** Under the same name, as a supervisor would start it. */
    private static void proveWithANewProcess(StagedPipeline pipeline) {
        try (RunningService next = pipeline.service("one")) {
            pipeline.produce();
            pipeline.awaitCaughtUp(next);
        }
        pipeline.prove();
    }

    private static String name(String point) {
        return point.toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }
}
