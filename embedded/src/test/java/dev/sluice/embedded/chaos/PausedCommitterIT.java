package dev.sluice.embedded.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.commit.CommitStatus;
import dev.sluice.app.service.Part;
import dev.sluice.embedded.ingest.Await;
import dev.sluice.sink.ledger.TableLedger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A leader that was frozen in the middle of a commit, and thaws when another one has led for a while. */
class PausedCommitterIT {
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

    @ParameterizedTest
    @ValueSource(strings = {"bronze.orders", "silver.orders"})
    void no_zombie_coordinator_commits_a_second_time(String table) throws Exception {
        try (StagedPipeline pipeline = stage.pipeline("paused-" + table.replace('.', '-'))) {
            pipeline.produce();
            try (RunningService ingest = pipeline.service("lander", Clock.systemUTC(), Set.of(Part.INGEST));
                    ServiceProcess paused =
                            pipeline.child("first", "COMMIT_STAGED@" + table + ":1:stop", "--only", "committer")) {
                Await.until("the first to freeze", LIMIT, () -> isStopped(paused), paused::output);
                try (RunningService second = pipeline.service("second", Clock.systemUTC(), Set.of(Part.COMMITTER))) {
                    pipeline.produce();
                    pipeline.awaitCaughtUp(second);
                    assertThat(second.committer().role()).isEqualTo(CommitStatus.Role.LEADING);
                    List<Long> snapshots = snapshots(pipeline, table);

                    paused.resume();
                    Await.until(
                            "the first to be refused",
                            LIMIT,
                            () -> paused.output().contains("Cannot commit "),
                            paused::output);

                    assertThat(snapshots(pipeline, table)).startsWith(snapshots.toArray(Long[]::new));
                    pipeline.produce();
                    pipeline.awaitCaughtUp(second);
                    ingest.check();
                }
                assertThat(batches(pipeline)).doesNotHaveDuplicates();
                paused.stop();
            }
            pipeline.prove();
        }
    }

    /** In the state T of the process table. */
    private static boolean isStopped(ServiceProcess process) {
        try {
            Process ps = new ProcessBuilder("ps", "-o", "state=", "-p", Long.toString(process.pid())).start();
            String state = new String(ps.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return state.strip().startsWith("T");
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Long> snapshots(StagedPipeline pipeline, String table) {
        List<Long> ids = new ArrayList<>();
        Table loaded = pipeline.catalog().loadTable(TableIdentifier.parse(table));
        for (Snapshot snapshot : loaded.snapshots()) {
            ids.add(snapshot.snapshotId());
        }
        return ids;
    }

    private static List<String> batches(StagedPipeline pipeline) {
        List<String> ids = new ArrayList<>();
        Table bronze = pipeline.catalog().loadTable(TableIdentifier.of("bronze", "orders"));
        for (Snapshot snapshot : bronze.snapshots()) {
            ids.add(snapshot.summary().get(TableLedger.BATCH_ID));
        }
        return ids;
    }
}
