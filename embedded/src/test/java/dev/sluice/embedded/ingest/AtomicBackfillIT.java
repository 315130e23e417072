package dev.sluice.embedded.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.app.backfill.BackfillPlan;
import dev.sluice.app.backfill.BackfillProgress;
import dev.sluice.app.backfill.RunLimits;
import dev.sluice.app.fault.FaultPoint;
import dev.sluice.app.fault.Faults;
import dev.sluice.sink.backfill.Backfill;
import dev.sluice.sink.backfill.BackfillLog;
import dev.sluice.sink.backfill.BatchState;
import dev.sluice.sink.backfill.InProgress;
import dev.sluice.sink.backfill.Landing;
import dev.sluice.sink.backfill.Publication;
import dev.sluice.sink.ledger.Ledger;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.SnapshotRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backfills that are published at once. */
class AtomicBackfillIT {
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

    private static BackfillHistory history(String name) throws IOException {
        return new BackfillHistory(platform, folder, name, false);
    }

    private static BackfillPlan atomic(BackfillHistory history) {
        return history.plan(400, Landing.MISSING, Publication.ATOMIC);
    }

    private static Backfill resume(BackfillHistory history, BackfillPlan plan) {
        return history.service(Faults.none()).resume(plan.backfill().job().id(), LIMITS, BackfillProgress.silent());
    }

    private static BatchState state(BackfillPlan plan) {
        return new BackfillLog(platform.catalog())
                .require(plan.backfill().job().id())
                .state();
    }

    private static Set<String> branches(BackfillHistory history) {
        return history.bronze().refs().keySet();
    }

    /** Not an exception, so nobody can make it a failure: the log is left as a kill leaves it. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void nothing_shows_before_it_is_published_and_live_commits_made_meanwhile_stay() throws Exception {
        try (BackfillHistory history = history("staged")) {
            history.traffic().send(1_000);
            history.liveFlowStartsHere();
            BackfillPlan plan = atomic(history);
            String id = plan.backfill().job().id();
            try (RunningIngest ingest = history.ingest();
                    RunningCommits commits = history.commits()) {
                history.traffic().send(200);
                history.awaitCommitted(commits);
                Faults dying = point -> {
                    if (point == FaultPoint.BACKFILL_REHEARSED) {
                        assertThat(history.ledger().backfilled()).isEmpty();
                        assertThat(history.amounts()).isEqualTo(BackfillHistory.expected(1_000, 1_200, 0));
                        assertThat(branches(history))
                                .containsExactlyInAnyOrder(SnapshotRef.MAIN_BRANCH, "sluice-" + id);
                        assertThat(InProgress.of(history.bronze())).containsExactly(id);
                        assertThat(state(plan)).isEqualTo(BatchState.STAGED);
                        history.traffic().send(200);
                        history.awaitCommitted(commits);
                    }
                    if (point == FaultPoint.BACKFILL_PUBLISHED) {
                        throw new Killed();
                    }
                };

                assertThatExceptionOfType(Killed.class)
                        .isThrownBy(() -> history.service(dying).run(plan, LIMITS, BackfillProgress.silent()));
                assertThat(state(plan)).isEqualTo(BatchState.STAGED);
                Backfill done = resume(history, plan);

                assertThat(done.state()).isEqualTo(BatchState.DONE);
                assertThat(done.counts().landed() + done.counts().deadLettered())
                        .isEqualTo(1_000);
                history.awaitCommitted(commits);
                assertThat(ingest.status().failures()).isZero();
            }
            assertThat(branches(history)).containsExactly(SnapshotRef.MAIN_BRANCH);
            history.verifyWhole();
        }
    }

    @Test
    void a_test_of_a_model_that_fails_keeps_all_of_it_from_being_published() throws Exception {
        try (BackfillHistory history = history("refused")) {
            history.allowRows(100);
            history.traffic().send(1_000);
            history.liveFlowStartsHere();
            Ledger before = history.ledger();
            BackfillPlan plan = atomic(history);

            Backfill refused = history.service(Faults.none()).run(plan, LIMITS, BackfillProgress.silent());

            assertThat(refused.state()).isEqualTo(BatchState.STAGED);
            assertThat(refused.batches().get(2).error()).contains("row_count");
            assertThat(history.ledger()).isEqualTo(before);
            assertThat(history.bronze().currentSnapshot()).isNull();

            history.allowRows(1_000);
            assertThat(resume(history, plan).state()).isEqualTo(BatchState.DONE);
            history.verifyWhole();
        }
    }

    @Test
    void cancelling_takes_the_branch_away_and_another_backfill_lands_the_range() throws Exception {
        try (BackfillHistory history = history("dropped")) {
            history.traffic().send(1_000);
            history.liveFlowStartsHere();
            BackfillPlan dropped = atomic(history);
            BackfillPlan overtaken = atomic(history);
            history.service(cancelling(history, dropped)).run(dropped, LIMITS, BackfillProgress.silent());
            assertThat(state(dropped)).isEqualTo(BatchState.CANCELLED);
            assertThat(branches(history))
                    .doesNotContain("sluice-" + dropped.backfill().job().id());
            assertThat(history.ledger().isEmpty()).isTrue();

            Faults overtaking = point -> {
                if (point == FaultPoint.BACKFILL_REHEARSED) {
                    history.service(Faults.none()).run(history.plan(700), LIMITS, BackfillProgress.silent());
                }
            };
            Backfill late = history.service(overtaking).run(overtaken, LIMITS, BackfillProgress.silent());
            assertThat(late.state()).isEqualTo(BatchState.FAILED);
            Backfill done = resume(history, overtaken);

            assertThat(done.state()).isEqualTo(BatchState.DONE);
            assertThat(done.counts().landed()).isZero();
            assertThat(branches(history)).containsExactly(SnapshotRef.MAIN_BRANCH);
            history.verifyWhole();
            assertThat(history.amounts()).isEqualTo(Map.copyOf(BackfillHistory.expected(0, 1_000, 0)));
        }
    }

    /** Gives the backfill up while it is at its second batch. */
    private static Faults cancelling(BackfillHistory history, BackfillPlan plan) {
        int[] passes = {0};
        return point -> {
            if (point == FaultPoint.BACKFILL_STAGED && ++passes[0] == 2) {
                history.service(Faults.none()).cancel(plan.backfill().job().id());
            }
        };
    }
}
