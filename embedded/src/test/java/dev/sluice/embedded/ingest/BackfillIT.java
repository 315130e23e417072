package dev.sluice.embedded.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.app.backfill.BackfillPlan;
import dev.sluice.app.backfill.BackfillProgress;
import dev.sluice.app.backfill.BackfillRequest;
import dev.sluice.app.backfill.BackfillRequest.Bound;
import dev.sluice.app.backfill.BackfillService;
import dev.sluice.app.backfill.PartitionPlan;
import dev.sluice.app.backfill.RunLimits;
import dev.sluice.app.cli.SluiceMain;
import dev.sluice.app.fault.FaultPoint;
import dev.sluice.app.fault.Faults;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.backfill.Backfill;
import dev.sluice.sink.backfill.BackfillBatch;
import dev.sluice.sink.backfill.BackfillLog;
import dev.sluice.sink.backfill.BatchState;
import dev.sluice.sink.backfill.InProgress;
import dev.sluice.sink.backfill.Landing;
import dev.sluice.sink.backfill.Publication;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.SnapshotChanges;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BackfillIT {
    private static final RunLimits LIMITS = RunLimits.defaults();
    private static final Bound OPEN = new Bound.Open();

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

    private static BackfillHistory history(String name) throws IOException {
        return new BackfillHistory(platform, folder, name, false);
    }

    /** Fails once, when it passes the point the nth time. */
    private static Faults failing(FaultPoint point, int nth) {
        AtomicInteger passes = new AtomicInteger();
        return passed -> {
            if (passed == point && passes.incrementAndGet() == nth) {
                throw new SluiceException(ErrorCode.STORAGE_FAILED, "injected at " + point);
            }
        };
    }

    @Test
    void history_before_the_live_flow_is_landed_once_while_the_live_flow_goes_on() throws Exception {
        try (BackfillHistory history = history("beside")) {
            history.traffic().send(3_000);
            history.liveFlowStartsHere();
            BackfillPlan plan = history.plan(500);
            assertThat(plan.backfill().batches()).hasSize(6);
            assertThat(plan.missing()).isEqualTo(3_000);
            try (RunningIngest ingest = history.ingest();
                    RunningCommits commits = history.commits()) {
                history.traffic().send(500);
                history.awaitCommitted(commits);
                Map<Integer, Long> group = history.groupOffsets();

                Backfill done = history.service(Faults.none()).run(plan, LIMITS, BackfillProgress.silent());

                assertThat(done.state()).isEqualTo(BatchState.DONE);
                assertThat(done.counts().landed() + done.counts().deadLettered())
                        .isEqualTo(3_000);
                assertThat(done.counts().deadLettered()).isEqualTo(90);
                assertThat(history.groupOffsets()).isEqualTo(group);
                history.traffic().send(500);
                history.awaitCommitted(commits);
                assertThat(ingest.status().failures()).isZero();
            }
            history.verifyWhole();

            BackfillPlan again = history.plan(1_000);
            assertThat(again.missing()).isZero();
            Backfill recognised = history.service(Faults.none()).run(again, LIMITS, BackfillProgress.silent());
            assertThat(recognised.counts().landed()).isZero();
            assertThat(recognised.counts().recognised()).isEqualTo(again.recognised());
            assertThat(recognised.counts().changed()).containsOnly(Map.entry("silver.beside", 0L));
            history.verifyWhole();
        }
    }

    @Test
    void a_batch_that_fails_is_retried_alone() throws Exception {
        try (BackfillHistory history = history("retried")) {
            history.traffic().send(2_000);
            history.liveFlowStartsHere();
            BackfillPlan plan = history.plan(500);

            Backfill first = history.service(failing(FaultPoint.BACKFILL_COMMITTED, 2))
                    .run(plan, LIMITS, BackfillProgress.silent());

            assertThat(first.batches())
                    .extracting(BackfillBatch::state)
                    .containsExactly(BatchState.DONE, BatchState.FAILED, BatchState.DONE, BatchState.DONE);
            assertThat(first.batches().get(1).error()).contains("injected at BACKFILL_COMMITTED");
            assertThat(InProgress.of(history.silver()))
                    .containsExactly(first.job().id());

            Backfill second =
                    history.service(Faults.none()).resume(first.job().id(), LIMITS, BackfillProgress.silent());

            assertThat(second.state()).isEqualTo(BatchState.DONE);
            assertThat(second.batches()).extracting(BackfillBatch::attempts).containsExactly(1, 2, 1, 1);
            history.verifyWhole();
            assertThat(history.service(Faults.none()).resume(first.job().id(), LIMITS, BackfillProgress.silent()))
                    .isEqualTo(second);
        }
    }

    /** Not an exception, so nobody can make it a failed batch: the log is left as a kill leaves it. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    @ParameterizedTest
    @EnumSource(names = {"BACKFILL_LANDED", "BACKFILL_LETTERS_SENT", "BACKFILL_COMMITTED", "BACKFILL_MODELS_RUN"})
    void a_run_that_ends_without_a_word_is_resumed_at_its_batch(FaultPoint point) throws Exception {
        try (BackfillHistory history = history("gone" + point.ordinal())) {
            history.traffic().send(1_000);
            history.liveFlowStartsHere();
            BackfillPlan plan = history.plan(500);
            BackfillService dying = history.service(passed -> {
                if (passed == point) {
                    throw new Killed();
                }
            });

            assertThatExceptionOfType(Killed.class)
                    .isThrownBy(() -> dying.run(plan, LIMITS, BackfillProgress.silent()));

            String id = plan.backfill().job().id();
            assertThat(new BackfillLog(platform.catalog()).require(id).state()).isEqualTo(BatchState.RUNNING);
            Backfill done = history.service(Faults.none()).resume(id, LIMITS, BackfillProgress.silent());
            assertThat(done.batches()).extracting(BackfillBatch::attempts).containsExactly(2, 1);
            history.verifyWhole();
        }
    }

    @Test
    void a_kill_at_any_point_of_a_batch_ends_in_the_same_tables() throws Exception {
        try (BackfillHistory history = history("killed")) {
            history.traffic().send(1_000);
            history.liveFlowStartsHere();
            BackfillPlan plan = history.plan(500);
            BackfillLog log = new BackfillLog(platform.catalog());
            log.enter(plan.backfill());
            String id = plan.backfill().job().id();
            for (FaultPoint point : List.of(
                    FaultPoint.BACKFILL_LANDED,
                    FaultPoint.BACKFILL_LETTERS_SENT,
                    FaultPoint.BACKFILL_COMMITTED,
                    FaultPoint.BACKFILL_MODELS_RUN)) {
                assertThat(resumedInAProcess(history, id, "-D" + Faults.PROPERTY + "=" + point + ":1"))
                        .isEqualTo(Faults.HALTED);
                assertThat(log.require(id).state()).isEqualTo(BatchState.RUNNING);
            }

            Backfill done = history.service(Faults.none()).resume(id, LIMITS, BackfillProgress.silent());

            assertThat(done.batches()).extracting(BackfillBatch::attempts).containsExactly(5, 1);
            history.verifyWhole();
        }
    }

    private static int resumedInAProcess(BackfillHistory history, String id, String property) throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        property,
                        "-cp",
                        System.getProperty("java.class.path"),
                        SluiceMain.class.getName(),
                        "backfill",
                        "resume",
                        id,
                        "--config",
                        history.yaml().toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("child.log").toFile())
                .start();
        try {
            assertThat(child.waitFor(4, TimeUnit.MINUTES)).isTrue();
            return child.exitValue();
        } finally {
            child.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void two_backfills_that_overlap_and_run_at_once_land_each_offset_once() throws Exception {
        try (BackfillHistory history = history("overlapping")) {
            history.traffic().send(3_000);
            history.liveFlowStartsHere();
            BackfillPlan one = history.plan(400);
            BackfillPlan other = history.plan(new Bound.Offset(500), OPEN, 600);

            CompletableFuture<Backfill> running = CompletableFuture.supplyAsync(
                    () -> history.service(Faults.none()).run(one, LIMITS, BackfillProgress.silent()));
            Backfill second = history.service(Faults.none()).run(other, LIMITS, BackfillProgress.silent());
            Backfill first = running.join();

            assertThat(first.state()).as("%s", first).isEqualTo(BatchState.DONE);
            assertThat(second.state()).as("%s", second).isEqualTo(BatchState.DONE);
            assertThat(first.counts().landed() + second.counts().landed()).isEqualTo(2_910);
            assertThat(history.amounts()).isEqualTo(BackfillHistory.expected(0, 3_000, 0));
            history.verifyAudit();
        }
    }

    /** As on two machines, which know nothing of each other's lock. */
    @Test
    void the_same_backfill_run_by_two_at_once_lands_each_offset_once_and_ends_done() throws Exception {
        try (BackfillHistory history = history("twice")) {
            history.traffic().send(2_000);
            history.liveFlowStartsHere();
            BackfillPlan plan = history.plan(400);
            String id = plan.backfill().job().id();
            new BackfillLog(platform.catalog()).enter(plan.backfill());

            CompletableFuture<Backfill> elsewhere = CompletableFuture.supplyAsync(
                    () -> history.serviceElsewhere().resume(id, LIMITS, BackfillProgress.silent()));
            history.service(Faults.none()).resume(id, LIMITS, BackfillProgress.silent());
            elsewhere.join();

            Backfill done = history.service(Faults.none()).show(id);
            assertThat(done.state()).as("%s", done).isEqualTo(BatchState.DONE);
            history.verifyWhole();
        }
    }

    @Test
    void a_partition_added_between_plan_and_run_is_the_live_flows_from_its_start() throws Exception {
        try (BackfillHistory history = history("grown")) {
            history.traffic().send(400);
            history.liveFlowStartsHere();
            BackfillPlan plan = history.plan(200);
            platform.admin()
                    .createPartitions(Map.of("grown", NewPartitions.increaseTo(3)))
                    .all()
                    .get();
            history.traffic().sendTo(2, 150);

            Backfill done = history.service(Faults.none()).run(plan, LIMITS, BackfillProgress.silent());

            assertThat(done.state()).as("%s", done).isEqualTo(BatchState.DONE);
            assertThat(done.counts().read()).isEqualTo(400);
            assertThat(history.plan(200).partitions().get(2).notes())
                    .anySatisfy(note -> assertThat(note).contains("the live flow lands this partition from its start"));
            try (RunningIngest ingest = history.ingest();
                    RunningCommits commits = history.commits()) {
                history.traffic().send(100);
                history.awaitCommitted(commits, 3);
                assertThat(ingest.status().failures()).isZero();
            }
            assertThat(history.ledger().stretches())
                    .hasSize(3)
                    .allSatisfy(entry -> assertThat(entry.first()).isZero());
            history.verifyAudit();
        }
    }

    @Test
    void models_see_rows_that_are_there_again_with_their_new_sql_and_newer_rows_stay() throws Exception {
        try (BackfillHistory history = history("replayed")) {
            try (RunningIngest ingest = history.ingest();
                    RunningCommits commits = history.commits()) {
                history.traffic().send(2_000);
                history.awaitCommitted(commits);
                assertThat(ingest.status().failures()).isZero();
            }
            assertThat(history.amounts()).isEqualTo(BackfillHistory.expected(0, 2_000, 0));
            BackfillHistory.writeModel(history.models(), "replayed", " + 5000");

            Backfill old = history.service(Faults.none())
                    .run(history.plan(OPEN, new Bound.Offset(600), 500), LIMITS, BackfillProgress.silent());
            // Only orders whose newest event is in the range are made anew.
            Map<String, Long> expected = BackfillHistory.expected(0, 2_000, 0);
            expected.replaceAll((order, amount) -> amount - 100 < 1_200 ? amount + 5_000 : amount);
            assertThat(history.amounts()).isEqualTo(expected);
            long renewed =
                    expected.values().stream().filter(amount -> amount > 5_000).count();
            assertThat(old.counts().changed()).containsEntry("silver.replayed", renewed);

            BackfillRequest fromBronze = new BackfillRequest(
                    history.config().sources().get(0),
                    Set.of(),
                    OPEN,
                    OPEN,
                    Landing.NONE,
                    Publication.BATCH,
                    new BackfillRequest.Slicing(true, 0),
                    List.of("silver.replayed"));
            Backfill all = history.service(Faults.none())
                    .run(history.service(Faults.none()).plan(fromBronze), LIMITS, BackfillProgress.silent());
            assertThat(all.counts().read()).isZero();
            assertThat(all.counts().changed()).containsEntry("silver.replayed", 500 - renewed);
            assertThat(history.amounts()).isEqualTo(BackfillHistory.expected(0, 2_000, 5_000));
            history.verifyAudit();
        }
    }

    @Test
    void rows_that_went_missing_from_bronze_are_put_back() throws Exception {
        try (BackfillHistory history = history("damaged")) {
            try (RunningIngest ingest = history.ingest();
                    RunningCommits commits = history.commits()) {
                history.traffic().send(1_000);
                history.awaitCommitted(commits);
                assertThat(ingest.status().failures()).isZero();
            }
            DataFile lost = SnapshotChanges.builderFor(history.bronze())
                    .snapshot(history.bronze().currentSnapshot())
                    .build()
                    .addedDataFiles()
                    .iterator()
                    .next();
            history.bronze().newDelete().deleteFile(lost).commit();
            assertThat(history.plan(5_000).missing()).isEqualTo(lost.recordCount());

            Backfill done = history.service(Faults.none()).run(history.plan(5_000), LIMITS, BackfillProgress.silent());

            assertThat(done.counts().landed()).isEqualTo(lost.recordCount());
            history.verifyWhole();
        }
    }

    @Test
    void ranges_that_cannot_be_had_are_explained() throws Exception {
        try (BackfillHistory history = new BackfillHistory(platform, folder, "edges", true)) {
            history.traffic().send(600);
            history.traffic().sendAborted(100);
            history.traffic().send(600);
            history.liveFlowStartsHere();
            platform.admin()
                    .deleteRecords(Map.of(new TopicPartition("edges", 0), RecordsToDelete.beforeOffset(50)))
                    .all()
                    .get();
            platform.admin()
                    .createPartitions(Map.of("edges", NewPartitions.increaseTo(3)))
                    .all()
                    .get();

            BackfillPlan plan = history.plan(new Bound.Offset(0), new Bound.Offset(1_000_000), 400);

            PartitionPlan cut = plan.partitions().get(0);
            assertThat(cut.range().from()).isEqualTo(50);
            assertThat(cut.notes())
                    .anySatisfy(note -> assertThat(note).contains("offsets 0 to 49 are gone from the topic"))
                    .anySatisfy(note -> assertThat(note).contains("the topic ends at"));
            assertThat(plan.partitions().get(2).range().length()).isZero();
            assertThatExceptionOfType(SluiceException.class)
                    .isThrownBy(() -> history.plan(new Bound.Offset(10), new Bound.Offset(5), 400))
                    .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.USAGE));
            assertThat(history.plan(new Bound.Offset(60), new Bound.Offset(60), 400)
                            .isEmpty())
                    .isTrue();

            Backfill done = history.service(Faults.none()).run(plan, LIMITS, BackfillProgress.silent());

            assertThat(done.state()).as("%s", done).isEqualTo(BatchState.DONE);
            // Markers and aborted records are offsets without a record.
            assertThat(done.counts().read()).isEqualTo(1_200 - 50);
            history.verifyAudit();
            assertThat(history.plan(400).missing()).isPositive();
            Backfill again = history.service(Faults.none()).run(history.plan(400), LIMITS, BackfillProgress.silent());
            assertThat(again.counts().landed()).isZero();
        }
    }

    @Test
    void a_cancelled_backfill_ends_after_the_batch_it_is_at() throws Exception {
        try (BackfillHistory history = history("cancelled")) {
            history.traffic().send(1_000);
            history.liveFlowStartsHere();
            BackfillPlan plan = history.plan(250);
            String id = plan.backfill().job().id();
            Faults cancelling = point -> {
                if (point == FaultPoint.BACKFILL_COMMITTED) {
                    history.service(Faults.none()).cancel(id);
                }
            };

            Backfill cancelled = history.service(cancelling).run(plan, LIMITS, BackfillProgress.silent());

            assertThat(cancelled.state()).isEqualTo(BatchState.CANCELLED);
            assertThat(cancelled.count(BatchState.DONE)).isEqualTo(1);
            assertThat(InProgress.of(history.bronze())).isEmpty();
            history.verifyAudit();
        }
    }
}
