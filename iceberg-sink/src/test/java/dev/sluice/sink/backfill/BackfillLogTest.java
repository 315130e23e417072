package dev.sluice.sink.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.bronze.FaultyCatalog;
import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.ledger.SourcePartition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BackfillLogTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final SourcePartition P0 = new SourcePartition("cluster", "id", "orders", 0);
    private static final BatchCounts COUNTS = new BatchCounts(10, 8, 1, 1, Map.of("silver.orders", 5L));

    private final FaultyCatalog catalog = new FaultyCatalog();
    private final BackfillLog log = new BackfillLog(catalog);

    @BeforeEach
    void open() {
        catalog.initialize("test", Map.of());
    }

    @AfterEach
    void close() throws Exception {
        catalog.close();
    }

    private static Backfill planned(String id, Instant created) {
        return new Backfill(
                new BackfillJob(
                        id,
                        "orders",
                        "bronze.orders",
                        Landing.OVERWRITE,
                        Publication.ATOMIC,
                        List.of("silver.orders"),
                        created),
                List.of(
                        BackfillBatch.planned(1, "2026-01-01", List.of(new OffsetRange(P0, 0, 10))),
                        BackfillBatch.planned(2, "2026-01-02", List.of(new OffsetRange(P0, 10, 20)))));
    }

    private BackfillBatch batch(String id, int number) {
        return log.require(id).batches().get(number - 1);
    }

    @Test
    void a_backfill_is_read_back_as_it_was_entered_and_the_newest_comes_first() {
        assertThat(log.list()).isEmpty();
        log.enter(planned("one", NOON));
        log.enter(planned("two", NOON.plusSeconds(1)));

        assertThat(log.require("one")).isEqualTo(planned("one", NOON));
        assertThat(log.list()).extracting(backfill -> backfill.job().id()).containsExactly("two", "one");
        assertThat(log.require("one").state()).isEqualTo(BatchState.PLANNED);
    }

    @Test
    void a_batch_goes_through_its_states_and_the_open_ones_are_left() {
        log.enter(planned("one", NOON));
        BackfillBatch running = batch("one", 1).started(NOON);
        log.update("one", running);
        assertThat(log.require("one").state()).isEqualTo(BatchState.RUNNING);
        log.update("one", running.failed("no disk", NOON.plusSeconds(1)));
        assertThat(batch("one", 1).error()).isEqualTo("no disk");
        log.update("one", batch("one", 1).started(NOON.plusSeconds(2)));
        log.update("one", batch("one", 1).done(COUNTS, NOON.plusSeconds(3)));

        assertThat(batch("one", 1).attempts()).isEqualTo(2);
        assertThat(batch("one", 1).counts()).isEqualTo(COUNTS);
        assertThat(log.require("one").open()).extracting(BackfillBatch::number).containsExactly(2);
        assertThat(log.require("one").counts()).isEqualTo(COUNTS);
    }

    @Test
    void a_batch_that_is_done_stays_done() {
        log.enter(planned("one", NOON));
        log.update("one", batch("one", 1).started(NOON).done(COUNTS, NOON));

        log.update("one", batch("one", 1).started(NOON));

        assertThat(batch("one", 1).state()).isEqualTo(BatchState.DONE);
    }

    @Test
    void a_cancelled_backfill_has_no_open_batch_and_does_not_start_again() {
        log.enter(planned("one", NOON));
        log.update("one", batch("one", 1).started(NOON).done(COUNTS, NOON));

        assertThat(log.cancel("one").state()).isEqualTo(BatchState.CANCELLED);

        log.update("one", batch("one", 2).started(NOON));
        assertThat(batch("one", 1).state()).isEqualTo(BatchState.DONE);
        assertThat(batch("one", 2).state()).isEqualTo(BatchState.CANCELLED);
    }

    @Test
    void two_who_change_the_same_backfill_at_once_both_get_their_change_in() {
        log.enter(planned("one", NOON));
        BackfillBatch second = batch("one", 2).started(NOON);
        catalog.beforeNextCommit(() -> new BackfillLog(catalog).update("one", second));

        log.update("one", batch("one", 1).started(NOON));

        assertThat(log.require("one").batches())
                .extracting(BackfillBatch::state)
                .containsExactly(BatchState.RUNNING, BatchState.RUNNING);
    }

    @Test
    void changes_survive_refused_commits_and_lost_answers() {
        log.enter(planned("one", NOON));
        catalog.refuseCommits(3);
        log.update("one", batch("one", 1).started(NOON));
        catalog.loseTheAnswerOfTheNextCommit();
        log.update("one", batch("one", 2).started(NOON));

        assertThat(log.require("one").batches())
                .extracting(BackfillBatch::state)
                .containsExactly(BatchState.RUNNING, BatchState.RUNNING);
        assertThat(log.require("one").batches()).hasSize(2);
    }

    @Test
    void an_unknown_id_is_said_to_be_unknown() {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> log.require("nobody"))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.BACKFILL_UNKNOWN));
    }

    @Test
    void a_log_of_an_older_version_is_read_and_gets_the_columns_that_it_lacks_with_the_next_change() {
        log.enter(planned("one", NOON));
        catalog.loadTable(TableIdentifier.parse(BackfillLog.TABLE))
                .updateSchema()
                .deleteColumn("landing")
                .deleteColumn("publish")
                .commit();

        assertThat(log.require("one").job().landing()).isEqualTo(Landing.MISSING);
        assertThat(log.require("one").job().publication()).isEqualTo(Publication.BATCH);
        log.update("one", batch("one", 1).started(NOON));
        log.enter(planned("two", NOON));

        assertThat(log.require("one").job().landing()).isEqualTo(Landing.MISSING);
        assertThat(log.require("one").state()).isEqualTo(BatchState.RUNNING);
        assertThat(log.require("two").job().landing()).isEqualTo(Landing.OVERWRITE);
    }
}
