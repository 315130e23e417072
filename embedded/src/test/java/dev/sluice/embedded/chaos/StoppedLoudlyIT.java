package dev.sluice.embedded.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.cli.ExitCodes;
import dev.sluice.embedded.ingest.Await;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody has pulled the ground away: the service ends with a sentence that the runbook takes up. */
class StoppedLoudlyIT {
    private static final Path RUNBOOK = Path.of("..", "docs", "runbooks", "stopped-loudly.md");
    private static final TableIdentifier BRONZE = TableIdentifier.of("bronze", "orders");
    private static final int PARTITIONS = 2;

    @TempDir
    static Path folder;

    private static Stage stage;
    private static Admin admin;

    @BeforeAll
    static void start() {
        stage = new Stage(folder);
        admin = Admin.create(Map.of("bootstrap.servers", stage.bootstrapServers()));
    }

    @AfterAll
    static void stop() {
        admin.close();
        stage.close();
    }

    @Test
    void a_topic_that_was_made_anew() throws Exception {
        try (StagedPipeline pipeline = stage.pipeline("recreated")) {
            landed(pipeline);
            admin.deleteTopics(java.util.List.of(pipeline.topic())).all().get();
            Await.until("the topic to be gone", Duration.ofMinutes(1), () -> !exists(pipeline.topic()));
            pipeline.produce();
            try (ServiceProcess child = pipeline.child("one", "")) {
                assertThat(child.awaitEnd(Duration.ofMinutes(3)))
                        .as(child.output())
                        .isTrue();
                assertThat(child.exitCode())
                        .isEqualTo(ErrorCode.SOURCE_RECREATED.kind().exitCode());
                assertThat(child.output()).contains("is not the one the table was landed from", "[SLUICE-404]");
                assertInRunbook(ErrorCode.SOURCE_RECREATED, "is not the one the table was landed from");
            }
        }
    }

    @Test
    void a_topic_truncated_past_the_committed_offset_while_nobody_ran() throws Exception {
        try (StagedPipeline pipeline = stage.pipeline("truncated")) {
            landed(pipeline);
            pipeline.produce();
            truncate(pipeline.topic());
            try (RunningService service = pipeline.service("one")) {
                assertStopped(service, ErrorCode.OFFSETS_LOST, "are gone from the topic by retention");
            }
        }
    }

    @Test
    void a_bronze_table_that_was_dropped_under_a_running_service() throws Exception {
        try (StagedPipeline pipeline = stage.pipeline("dropped")) {
            pipeline.produce();
            try (RunningService service = pipeline.service("one")) {
                pipeline.awaitCaughtUp(service);
                pipeline.catalog().dropTable(BRONZE, false);
                pipeline.produce();
                assertStopped(service, ErrorCode.TABLE_MISSING, "the catalog has no such table any more");
            }
            // Nor does a new process make an empty one and go on as if nothing had been there.
            try (RunningService again = pipeline.service("one")) {
                assertStopped(again, ErrorCode.TABLE_MISSING, "give the pipeline another name");
            }
            assertThat(pipeline.catalog().tableExists(BRONZE)).isFalse();
        }
    }

    @Test
    void a_dropped_table_that_is_registered_again_goes_on_where_it_was() throws Exception {
        try (StagedPipeline pipeline = stage.pipeline("registered")) {
            landed(pipeline);
            String metadata = ((org.apache.iceberg.HasTableOperations)
                            pipeline.catalog().loadTable(BRONZE))
                    .operations()
                    .current()
                    .metadataFileLocation();
            pipeline.catalog().dropTable(BRONZE, false);
            pipeline.produce();
            pipeline.catalog().registerTable(BRONZE, metadata);
            try (RunningService service = pipeline.service("one")) {
                pipeline.awaitCaughtUp(service);
            }
            pipeline.prove();
        }
    }

    @Test
    void a_bronze_table_that_was_rolled_back_and_rolled_forward_again() throws Exception {
        try (StagedPipeline pipeline = stage.pipeline("rolled-back")) {
            pipeline.produce();
            try (RunningService service = pipeline.service("one")) {
                pipeline.awaitCaughtUp(service);
                pipeline.produce();
                pipeline.awaitCaughtUp(service);
            }
            Table bronze = pipeline.catalog().loadTable(BRONZE);
            Snapshot newest = bronze.currentSnapshot();
            bronze.manageSnapshots()
                    .rollbackTo(java.util.Objects.requireNonNull(newest.parentId()))
                    .commit();
            pipeline.produce();
            try (RunningService service = pipeline.service("one")) {
                assertStopped(service, ErrorCode.STAMP_MISSING, "it was rolled back or its stamp was edited");
            }
            // What the sentence says to do.
            bronze.manageSnapshots().setCurrentSnapshot(newest.snapshotId()).commit();
            try (RunningService service = pipeline.service("one")) {
                pipeline.awaitCaughtUp(service);
            }
            pipeline.prove();
        }
    }

    private static void landed(StagedPipeline pipeline) {
        pipeline.produce();
        try (RunningService service = pipeline.service("one")) {
            pipeline.awaitCaughtUp(service);
        }
    }

    private static void assertStopped(RunningService service, ErrorCode code, String phrase) throws Exception {
        SluiceException failure = service.failure();
        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
        assertThat(failure).hasMessageContaining(phrase);
        assertThat(ExitCodes.of(failure)).isEqualTo(3);
        assertInRunbook(code, phrase);
    }

    private static void assertInRunbook(ErrorCode code, String phrase) throws Exception {
        String runbook = Files.readString(RUNBOOK).replaceAll("\\s+", " ");
        assertThat(runbook).contains(code.label()).contains(phrase);
    }

    private static void truncate(String topic) throws Exception {
        Map<TopicPartition, RecordsToDelete> cut = IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .collect(Collectors.toMap(partition -> partition, partition -> RecordsToDelete.beforeOffset(-1)));
        admin.deleteRecords(cut).all().get();
    }

    private static boolean exists(String topic) {
        try {
            return admin.listTopics().names().get().contains(topic);
        } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
            throw new AssertionError(e);
        }
    }
}
