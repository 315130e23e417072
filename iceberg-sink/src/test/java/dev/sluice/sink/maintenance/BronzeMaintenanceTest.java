package dev.sluice.sink.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.fault.TablePoint;
import dev.sluice.sink.land.BronzeColumns;
import dev.sluice.sink.land.LandedFiles;
import dev.sluice.sink.ledger.Ledger;
import dev.sluice.sink.ledger.TableLedger;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BronzeMaintenanceTest {
    @TempDir
    Path folder;

    private BronzeLake lake;

    @BeforeEach
    void landSomeBatches() {
        lake = new BronzeLake(folder);
        for (int batch = 0; batch < 5; batch++) {
            lake.commit(0, batch * 10, batch * 10 + 10);
            lake.commit(1, batch * 4, batch * 4 + 4);
        }
    }

    @AfterEach
    void close() throws Exception {
        lake.close();
    }

    private Compaction.Result compact(TableFaults faults) {
        Table table = lake.table();
        return new Compaction(table, lake.rewriter(), faults)
                .run(new CompactionPlanner(BronzeLake.TIGHT).plan(table), () -> true);
    }

    private Compaction.Result compact() {
        return compact(TableFaults.none());
    }

    private Expiry.Result expireAllButTheLast() {
        Expiry expiry = new Expiry(lake.table(), TableFaults.none());
        return expiry.run(expiry.plan(BronzeLake.TIGHT, List.of(), Instant.now().plusSeconds(60)));
    }

    /** A fault that is no death, but another writer at that moment, once. */
    private static TableFaults at(TablePoint point, Runnable other) {
        AtomicBoolean done = new AtomicBoolean();
        return (passed, table) -> {
            if (passed == point && done.compareAndSet(false, true)) {
                other.run();
            }
        };
    }

    private static long bound(DataFile file, java.util.Map<Integer, java.nio.ByteBuffer> bounds, Table table) {
        Types.NestedField offset = table.schema().findField(BronzeColumns.OFFSET);
        assertThat(file.recordCount()).isPositive();
        return Conversions.<Long>fromByteBuffer(offset.type(), bounds.get(offset.fieldId()));
    }

    @Test
    void files_of_one_source_partition_are_put_together_in_the_order_of_their_offsets() {
        List<String> before = lake.rows();
        Compaction.Result result = compact();

        assertThat(result.commits()).isEqualTo(2);
        assertThat(lake.rows()).isEqualTo(before).hasSize(70);
        assertThat(lake.files()).hasSize(2);
        Table table = lake.table();
        assertThat(lake.files())
                .extracting(
                        file -> bound(file, file.lowerBounds(), table) + ".." + bound(file, file.upperBounds(), table))
                .containsExactlyInAnyOrder("0..49", "0..19");
    }

    @Test
    void the_ledger_goes_on_after_a_compaction_and_an_expiry_of_all_but_the_last_snapshot() {
        Ledger before = TableLedger.read(lake.table());
        compact();
        assertThat(expireAllButTheLast().snapshots()).isPositive();

        Table table = lake.table();
        assertThat(table.snapshots()).hasSize(1);
        assertThat(table.currentSnapshot().operation()).isEqualTo("replace");
        assertThat(TableLedger.read(table)).isEqualTo(before);
        assertThat(lake.commit(0, 40, 50).duplicates()).hasSize(1);
        assertThat(lake.commit(0, 50, 60).appended()).hasSize(1);
        assertThat(lake.rows()).hasSize(80);
    }

    @Test
    void the_ledger_goes_on_when_an_outside_engine_commits_without_a_stamp_and_everything_else_is_expired() {
        Ledger before = TableLedger.read(lake.table());
        compact();
        lake.table().newAppend().set("written-by", "somebody").commit();
        Expiry.Result expired = expireAllButTheLast();

        assertThat(expired.snapshots()).isPositive();
        assertThat(lake.table().snapshots())
                .as("the last stamped one and the one on top of it")
                .hasSize(2);
        assertThat(TableLedger.read(lake.table())).isEqualTo(before);

        lake.table()
                .expireSnapshots()
                .expireOlderThan(Long.MAX_VALUE)
                .retainLast(1)
                .commit();
        assertThat(lake.table().snapshots()).hasSize(1);
        assertThat(TableLedger.read(lake.table())).isEqualTo(before);
        assertThat(lake.commit(1, 20, 24).appended()).hasSize(1);
    }

    @Test
    void a_table_that_was_rolled_back_is_left_alone_so_that_it_can_be_rolled_forward() {
        Snapshot older = lake.table().snapshot(lake.table().currentSnapshot().parentId());
        long newest = lake.table().currentSnapshot().snapshotId();
        lake.table().manageSnapshots().rollbackTo(older.snapshotId()).commit();

        assertThatThrownBy(this::expireAllButTheLast)
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STAMP_MISSING));

        lake.table().manageSnapshots().setCurrentSnapshot(newest).commit();
        assertThat(expireAllButTheLast().snapshots()).isPositive();
    }

    @Test
    void a_batch_that_is_committed_while_a_compaction_writes_is_neither_forgotten_nor_doubled() {
        List<String> before = lake.rows();
        Compaction.Result result = compact(at(TablePoint.COMPACTION_WRITTEN, () -> lake.commit(0, 50, 60)));

        assertThat(result.conflicts()).isZero();
        assertThat(result.commits()).isEqualTo(2);
        assertThat(lake.rows()).hasSize(80).containsAll(before);
        assertThat(TableLedger.read(lake.table()).entry(BronzeLake.source(0)))
                .hasValueSatisfying(entry -> assertThat(entry.to()).isEqualTo(60));
        assertThat(lake.commit(0, 50, 60).duplicates()).hasSize(1);
        assertThat(lake.commit(0, 60, 70).appended()).hasSize(1);
    }

    @Test
    void a_compaction_between_landing_and_commit_of_a_batch_disturbs_neither() {
        LandedFiles landed = lake.land(0, 50, 60);
        compact();
        assertThat(lake.commit(0, 50, 60, landed).appended()).hasSize(1);
        assertThat(lake.rows()).hasSize(80);
        assertThat(lake.files()).hasSize(3);
    }

    @Test
    void of_two_compactions_of_the_same_files_one_is_made_and_the_other_leaves_nothing_behind() {
        List<String> before = lake.rows();
        Compaction.Result result = compact(at(TablePoint.COMPACTION_WRITTEN, this::compact));

        assertThat(result.commits()).isZero();
        assertThat(result.conflicts()).isEqualTo(2);
        assertThat(lake.rows()).isEqualTo(before);
        OrphanPlan orphans = new Orphans(lake.table(), TableFaults.none())
                .plan(java.time.Duration.ZERO, java.util.Set.of(), Instant.now().plusSeconds(9));
        assertThat(orphans.orphans())
                .filteredOn(orphan -> orphan.location().endsWith(".parquet"))
                .isEmpty();
    }

    @Test
    void a_compaction_that_is_killed_after_its_commit_has_nothing_left_to_do() {
        List<String> before = lake.rows();
        assertThatThrownBy(() -> compact(at(TablePoint.COMPACTED, () -> {
                    throw new IllegalStateException("killed");
                })))
                .hasMessage("killed");
        assertThat(lake.rows()).isEqualTo(before);
        assertThat(compact().commits()).isEqualTo(1);
        assertThat(compact().commits()).isZero();
        assertThat(lake.rows()).isEqualTo(before);
    }
}
