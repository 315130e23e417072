package dev.sluice.sink.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.bronze.BronzeBatch;
import dev.sluice.sink.bronze.BronzeCommitter;
import dev.sluice.sink.bronze.FaultyCatalog;
import dev.sluice.sink.land.BronzeColumns;
import dev.sluice.sink.ledger.LedgerEntry;
import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.ledger.RangeCounts;
import dev.sluice.sink.ledger.SourcePartition;
import dev.sluice.sink.ledger.TableLedger;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BackfillCommitterTest {
    private static final TableIdentifier ORDERS = TableIdentifier.of("bronze", "orders");
    private static final SourcePartition P0 = new SourcePartition("cluster-1", "topic-1", "orders", 0);

    private final FaultyCatalog catalog = new FaultyCatalog();
    private int files;
    private int announcements;

    @BeforeEach
    void createTable() {
        catalog.initialize("test", Map.of());
        catalog.createNamespace(Namespace.of("bronze"));
        catalog.createTable(
                ORDERS,
                BronzeColumns.schema(),
                PartitionSpec.unpartitioned(),
                Map.of("format-version", "3", "commit.retry.num-retries", "1", "commit.retry.min-wait-ms", "1"));
        live(100, 150);
    }

    @AfterEach
    void closeCatalog() throws Exception {
        catalog.close();
    }

    private Table table() {
        return catalog.loadTable(ORDERS);
    }

    private DataFile file(long rows) {
        return DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath("memory:/data-" + files++ + ".parquet")
                .withFileSizeInBytes(100)
                .withRecordCount(rows)
                .build();
    }

    private void live(long from, long to) {
        new BronzeCommitter(table())
                .commit(
                        List.of(new BronzeBatch(
                                new OffsetRange(P0, from, to),
                                announcements++,
                                new RangeCounts(to - from, 0, 0),
                                List.of(file(to - from)))),
                        1);
    }

    private LandedStretch stretch(long from, long to) {
        return new LandedStretch(
                new OffsetRange(P0, from, to), new RangeCounts(to - from, 0, 0), List.of(file(to - from)), List.of());
    }

    private BackfillCommitter.Outcome commit(LandedStretch... stretches) {
        return new BackfillCommitter(table(), lost -> lost < 5).commit("bf-1", 3, LandedBatch.of(List.of(stretches)));
    }

    private LedgerEntry entry() {
        return TableLedger.read(table()).entry(P0).orElseThrow();
    }

    @Test
    void a_stretch_is_appended_with_its_own_stamp_and_the_live_flow_goes_on_after_it() {
        assertThat(commit(stretch(50, 100))).isEqualTo(BackfillCommitter.Outcome.COMMITTED);

        assertThat(table().currentSnapshot().summary())
                .containsEntry(BackfillCommitter.BACKFILL_ID, "bf-1")
                .containsEntry(BackfillCommitter.BACKFILL_BATCH, "3");
        live(150, 160);
        assertThat(entry()).isEqualTo(new LedgerEntry(P0, 50, 160, new RangeCounts(110, 0, 0)));
    }

    @Test
    void the_same_stretch_again_is_recognised() {
        commit(stretch(50, 100));
        long snapshot = table().currentSnapshot().snapshotId();

        assertThat(commit(stretch(50, 100))).isEqualTo(BackfillCommitter.Outcome.OVERTAKEN);

        assertThat(table().currentSnapshot().snapshotId()).isEqualTo(snapshot);
    }

    @Test
    void a_live_commit_in_between_is_kept_and_the_backfill_comes_after_it() {
        catalog.beforeNextCommit(() -> live(150, 170));

        assertThat(commit(stretch(50, 100))).isEqualTo(BackfillCommitter.Outcome.COMMITTED);

        assertThat(entry()).isEqualTo(new LedgerEntry(P0, 50, 170, new RangeCounts(120, 0, 0)));
    }

    @Test
    void another_backfill_of_the_range_in_between_makes_this_one_look_again() {
        catalog.beforeNextCommit(() -> commit(stretch(40, 60)));

        assertThat(commit(stretch(50, 100))).isEqualTo(BackfillCommitter.Outcome.OVERTAKEN);

        assertThat(TableLedger.read(table()).counts().rows()).isEqualTo(70);
    }

    @Test
    void a_commit_whose_answer_is_lost_is_found_by_its_stamp() {
        catalog.loseTheAnswerOfTheNextCommit();

        assertThat(commit(stretch(50, 100))).isEqualTo(BackfillCommitter.Outcome.COMMITTED);

        assertThat(entry().counts().rows()).isEqualTo(100);
    }

    @Test
    void a_commit_that_never_arrives_is_made_again() {
        catalog.loseTheNextCommit();

        assertThat(commit(stretch(50, 100))).isEqualTo(BackfillCommitter.Outcome.COMMITTED);

        assertThat(entry().counts().rows()).isEqualTo(100);
    }

    @Test
    void it_gives_up_when_its_patience_does() {
        catalog.refuseCommits(100);

        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> commit(stretch(50, 100)))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.COMMIT_CONFLICT));
    }

    @Test
    void offsets_of_the_live_flow_are_refused() {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> commit(stretch(150, 160)))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.LEDGER_GAP));
    }
}
