package dev.sluice.sink.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sink.bronze.BronzeBatch;
import dev.sluice.sink.bronze.BronzeCommitter;
import dev.sluice.sink.bronze.FaultyCatalog;
import dev.sluice.sink.land.BronzeColumns;
import dev.sluice.sink.ledger.LedgerEntry;
import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.ledger.RangeCounts;
import dev.sluice.sink.ledger.SourcePartition;
import dev.sluice.sink.ledger.TableLedger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StagedBranchTest {
    private static final TableIdentifier ORDERS = TableIdentifier.of("bronze", "orders");
    private static final SourcePartition P0 = new SourcePartition("cluster-1", "topic-1", "orders", 0);
    private static final String ID = "bf-1";

    private final FaultyCatalog catalog = new FaultyCatalog();
    private int files;
    private int announcements;

    @BeforeEach
    void createTable() {
        catalog.initialize("test", Map.of());
        catalog.createNamespace(Namespace.of("bronze"));
        catalog.createTable(
                ORDERS, BronzeColumns.schema(), PartitionSpec.unpartitioned(), Map.of("format-version", "3"));
    }

    @AfterEach
    void closeCatalog() throws Exception {
        catalog.close();
    }

    private Table table() {
        return catalog.loadTable(ORDERS);
    }

    private StagedBranch branch() {
        return new StagedBranch(table(), ID);
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
                new OffsetRange(P0, from, to),
                new RangeCounts(to - from - 3, 1, 2),
                List.of(file(to - from - 2)),
                List.of());
    }

    private BackfillCommitter.Outcome publish() {
        List<LandedStretch> staged = new ArrayList<>();
        branch().batches().values().forEach(staged::addAll);
        return new BackfillCommitter(table(), lost -> lost < 5).publish(ID, LandedBatch.of(staged));
    }

    @Test
    void what_is_staged_is_read_back_and_no_reader_of_the_table_sees_it() {
        live(100, 150);
        long before = table().currentSnapshot().snapshotId();

        branch().stage(1, List.of(stretch(0, 40)));
        live(150, 160);
        branch().stage(2, List.of(stretch(40, 100)));

        assertThat(branch().batches()).containsOnlyKeys(1, 2);
        LandedStretch second = branch().batches().get(2).get(0);
        assertThat(second.range()).isEqualTo(new OffsetRange(P0, 40, 100));
        assertThat(second.counts()).isEqualTo(new RangeCounts(57, 1, 2));
        assertThat(table().currentSnapshot().parentId()).isEqualTo(before);
        assertThat(TableLedger.read(table()).backfilled()).isEmpty();
    }

    @Test
    void publishing_adds_all_of_it_to_what_the_live_flow_has_landed_meanwhile() {
        live(100, 150);
        branch().stage(1, List.of(stretch(0, 40)));
        branch().stage(2, List.of(stretch(40, 100)));
        live(150, 160);
        catalog.beforeNextCommit(() -> live(160, 170));

        assertThat(publish()).isEqualTo(BackfillCommitter.Outcome.COMMITTED);

        assertThat(TableLedger.read(table()).stretches())
                .containsExactly(new LedgerEntry(P0, 0, 170, new RangeCounts(37 + 57 + 70, 2, 4)));
        assertThat(table().currentSnapshot().summary()).containsEntry("total-records", "166");
    }

    @Test
    void publishing_twice_is_recognised_and_takes_no_file_away() {
        branch().stage(1, List.of(stretch(0, 40)));
        publish();
        long snapshot = table().currentSnapshot().snapshotId();

        assertThat(publish()).isEqualTo(BackfillCommitter.Outcome.OVERTAKEN);

        assertThat(table().currentSnapshot().snapshotId()).isEqualTo(snapshot);
        assertThat(branch().batches()).containsOnlyKeys(1);
    }

    @Test
    void a_table_without_a_snapshot_can_have_a_branch_and_dropping_it_leaves_nothing() {
        branch().stage(1, List.of(stretch(0, 40)));
        assertThat(table().currentSnapshot()).isNull();

        branch().drop();
        branch().drop();

        assertThat(table().refs()).doesNotContainKey(branch().name());
        assertThat(branch().batches()).isEmpty();
        live(0, 10);
        assertThat(table().refs()).containsOnlyKeys(SnapshotRef.MAIN_BRANCH);
    }

    @Test
    void staged_snapshots_outlive_the_expiry_of_the_tables_snapshots() {
        live(100, 150);
        branch().stage(1, List.of(stretch(0, 40)));
        branch().stage(2, List.of(stretch(40, 100)));
        live(150, 160);

        table().expireSnapshots()
                .expireOlderThan(Long.MAX_VALUE)
                .retainLast(1)
                .cleanupLevel(ExpireSnapshots.CleanupLevel.NONE)
                .commit();

        assertThat(branch().batches()).containsOnlyKeys(1, 2);
        assertThat(publish()).isEqualTo(BackfillCommitter.Outcome.COMMITTED);
    }
}
