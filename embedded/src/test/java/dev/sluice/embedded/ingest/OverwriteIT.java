package dev.sluice.embedded.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.backfill.BackfillPlan;
import dev.sluice.app.backfill.BackfillProgress;
import dev.sluice.app.backfill.RunLimits;
import dev.sluice.app.fault.FaultPoint;
import dev.sluice.app.fault.Faults;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.backfill.Backfill;
import dev.sluice.sink.backfill.BatchState;
import dev.sluice.sink.backfill.Landing;
import dev.sluice.sink.backfill.Publication;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ranges that were landed wrongly, landed again. */
class OverwriteIT {
    private static final RunLimits LIMITS = RunLimits.defaults();

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

    private static BackfillPlan overwrite(BackfillHistory history) {
        return history.plan(500, Landing.OVERWRITE, Publication.BATCH);
    }

    /** Everything is landed by a pipeline that lacks a rule, and then another writer changes rows. */
    private static void landWrongly(BackfillHistory history) throws IOException {
        try (RunningIngest ingest = new RunningIngest(platform, history.lenient());
                RunningCommits commits = history.commits()) {
            ingest.awaitRunning();
            history.traffic().send(1_000);
            history.awaitCommitted(commits);
            new OtherWriter(history.bronze()).addToAmounts(1_000_000);
            history.traffic().send(200);
            history.awaitCommitted(commits);
        }
        assertThat(history.amounts()).isNotEqualTo(BackfillHistory.expected(0, 1_200, 0));
    }

    @Test
    void wrong_rows_are_replaced_beside_a_live_flow_though_the_run_ends_between_letters_and_commit() throws Exception {
        try (BackfillHistory history = new BackfillHistory(platform, folder, "wrong", false)) {
            landWrongly(history);
            AtomicBoolean failed = new AtomicBoolean();
            Faults once = point -> {
                if (point == FaultPoint.BACKFILL_LETTERS_SENT && failed.compareAndSet(false, true)) {
                    throw new SluiceException(ErrorCode.STORAGE_FAILED, "injected at " + point);
                }
            };
            try (RunningIngest ingest = history.ingest();
                    RunningCommits commits = history.commits()) {
                Backfill first = history.service(once).run(overwrite(history), LIMITS, BackfillProgress.silent());
                history.traffic().send(300);
                assertThat(first.state()).isEqualTo(BatchState.FAILED);
                assertThat(first.count(BatchState.DONE)).isEqualTo(2);

                Backfill second =
                        history.service(Faults.none()).resume(first.job().id(), LIMITS, BackfillProgress.silent());

                assertThat(second.state()).isEqualTo(BatchState.DONE);
                assertThat(second.counts().read()).isEqualTo(1_200);
                history.awaitCommitted(commits);
                assertThat(ingest.status().failures()).isZero();
            }
            history.verifyWhole();
            // One in a hundred was no Avro, one had an unknown schema, and one breaks the rule that is there now.
            assertThat(history.ledger().counts().deadLetters()).isEqualTo(46);

            Backfill again = history.service(Faults.none()).run(overwrite(history), LIMITS, BackfillProgress.silent());
            assertThat(again.counts().deadLettered()).isEqualTo(46);
            history.verifyWhole();
        }
    }

    @Test
    void what_the_topic_does_not_hold_any_more_stays_as_it_is() throws Exception {
        try (BackfillHistory history = new BackfillHistory(platform, folder, "shortened", false)) {
            landWrongly(history);
            platform.admin()
                    .deleteRecords(Map.of(
                            new TopicPartition("shortened", 0), RecordsToDelete.beforeOffset(40),
                            new TopicPartition("shortened", 1), RecordsToDelete.beforeOffset(40)))
                    .all()
                    .get();

            BackfillPlan plan = overwrite(history);
            Backfill done = history.service(Faults.none()).run(plan, LIMITS, BackfillProgress.silent());

            assertThat(plan.partitions()).allSatisfy(partition -> {
                assertThat(partition.range().from()).isEqualTo(40);
                assertThat(partition.notes())
                        .containsExactly("offsets before 40 are gone from the topic: rows of them stay as they are");
            });
            assertThat(done.state()).isEqualTo(BatchState.DONE);
            assertThat(done.counts().read()).isEqualTo(1_120);
            history.verifyAudit();
            // The newest event of every order is one that was landed again.
            assertThat(history.amounts().values())
                    .filteredOn(amount -> amount < 0)
                    .isEmpty();
        }
    }
}
