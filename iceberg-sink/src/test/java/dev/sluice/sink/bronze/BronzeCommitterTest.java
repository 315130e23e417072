package dev.sluice.sink.bronze;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.ledger.Ledger;
import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.ledger.RangeCounts;
import dev.sluice.sink.ledger.SourcePartition;
import dev.sluice.sink.ledger.TableLedger;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BronzeCommitterTest {
    private static final TableIdentifier ORDERS = TableIdentifier.of("bronze", "orders");
    private static final SourcePartition P0 = new SourcePartition("cluster-1", "topic-1", "orders", 0);
    private static final SourcePartition P1 = new SourcePartition("cluster-1", "topic-1", "orders", 1);

    private final FaultyCatalog catalog = new FaultyCatalog();
    private final AtomicInteger announcements = new AtomicInteger();
    private final AtomicInteger files = new AtomicInteger();

    @BeforeEach
    void createTable() {
        catalog.initialize("test", Map.of());
        catalog.createNamespace(Namespace.of("bronze"));
        catalog.createTable(
                ORDERS,
                new Schema(Types.NestedField.optional(1, "order_id", Types.StringType.get())),
                PartitionSpec.unpartitioned(),
                Map.of("format-version", "3", "commit.retry.num-retries", "2", "commit.retry.min-wait-ms", "1"));
    }

    @AfterEach
    void closeCatalog() throws Exception {
        catalog.close();
    }

    private Table table() {
        return catalog.loadTable(ORDERS);
    }

    private BronzeCommitter committer() {
        return new BronzeCommitter(table());
    }

    private BronzeBatch batch(SourcePartition source, long from, long to) {
        return batch(source, from, to, new RangeCounts(to - from, 0, 0));
    }

    private BronzeBatch batch(SourcePartition source, long from, long to, RangeCounts counts) {
        List<DataFile> written = counts.landed() == 0
                ? List.of()
                : List.of(DataFiles.builder(PartitionSpec.unpartitioned())
                        .withPath("memory:/data-" + files.incrementAndGet() + ".parquet")
                        .withFileSizeInBytes(100)
                        .withRecordCount(counts.landed())
                        .build());
        return new BronzeBatch(new OffsetRange(source, from, to), announcements.getAndIncrement(), counts, written);
    }

    private long rows() {
        Snapshot snapshot = table().currentSnapshot();
        return snapshot == null ? 0 : Long.parseLong(snapshot.summary().get("total-records"));
    }

    @Test
    void appendsBatchesOfSeveralPartitionsAsOneSnapshot() {
        BronzeCommit commit = committer().commit(List.of(batch(P0, 0, 10), batch(P1, 5, 25), batch(P0, 10, 12)), 7);

        assertThat(commit.changed()).isTrue();
        assertThat(commit.files()).isEqualTo(3);
        assertThat(table().snapshots()).hasSize(1);
        assertThat(rows()).isEqualTo(32);
        Ledger ledger = TableLedger.read(table());
        assertThat(ledger).isEqualTo(commit.ledger());
        assertThat(ledger.entry(P0).orElseThrow().to()).isEqualTo(12);
        assertThat(ledger.entry(P1).orElseThrow().first()).isEqualTo(5);
        assertThat(ledger.announcementOffset()).isEqualTo(2);
        assertThat(ledger.epoch()).isEqualTo(7);
    }

    @Test
    void aBatchOfferedAgainIsRecognisedAndNothingIsCommitted() {
        BronzeBatch first = batch(P0, 0, 10);
        BronzeBatch second = batch(P0, 10, 20);
        committer().commit(List.of(first, second), 1);

        BronzeCommit again = committer().commit(List.of(first, second), 2);

        assertThat(again.changed()).isFalse();
        assertThat(again.duplicates()).containsExactly(first.range(), second.range());
        assertThat(rows()).isEqualTo(20);
        assertThat(table().snapshots()).hasSize(1);
    }

    @Test
    void aBatchOfDeadLettersOnlyMovesTheLedgerWithoutFiles() {
        committer().commit(List.of(batch(P0, 0, 10, new RangeCounts(0, 0, 9))), 1);

        assertThat(rows()).isZero();
        assertThat(TableLedger.read(table()).entry(P0).orElseThrow().controlOffsets())
                .isEqualTo(1);
    }

    @Test
    void aGapStopsLoudlyAndCommitsNothing() {
        committer().commit(List.of(batch(P0, 0, 10)), 1);

        assertThatThrownBy(() -> committer().commit(List.of(batch(P1, 0, 5), batch(P0, 11, 20)), 1))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LEDGER_GAP))
                .hasMessageStartingWith("[orders-0@11]")
                .hasMessageContaining("expected it to start at 10, found 11");
        assertThat(rows()).isEqualTo(10);
    }

    @Test
    void aRangeThatIsThereInPartStopsLoudly() {
        committer().commit(List.of(batch(P0, 0, 10)), 1);

        assertThatThrownBy(() -> committer().commit(List.of(batch(P0, 8, 20)), 1))
                .isInstanceOf(SluiceException.class)
                .hasMessageContaining("a part of it is in the table already");
    }

    @Test
    void aRecreatedTopicStopsLoudly() {
        committer().commit(List.of(batch(P0, 0, 10)), 1);
        SourcePartition recreated = new SourcePartition("cluster-1", "topic-2", "orders", 1);

        assertThatThrownBy(() -> committer().commit(List.of(batch(recreated, 0, 10)), 1))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_RECREATED))
                .hasMessageContaining("topic id topic-1, found cluster cluster-1 and topic id topic-2");
    }

    @Test
    void aZombieCommitterFailsAtTheCatalog() {
        committer().commit(List.of(batch(P0, 0, 10)), 1);
        Table zombie = table();
        Ledger base = TableLedger.read(zombie);
        BronzeBatch contested = batch(P0, 10, 20);
        committer().commit(List.of(contested), 2);

        Ledger after = base.advanced(contested.range(), contested.counts()).stamped("zombie", 9, 1);
        AppendFiles append = zombie.newAppend();
        contested.files().forEach(append::appendFile);
        AppendFiles stamped = TableLedger.stamp(zombie, append, base, after);

        assertThatThrownBy(stamped::commit)
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("moved on");
        assertThat(rows()).isEqualTo(20);
    }

    @Test
    void aLeaderThatLosesTheRaceInsideTheCommitIsRefused() {
        committer().commit(List.of(batch(P0, 0, 10)), 1);
        BronzeBatch contested = batch(P0, 10, 20);
        BronzeCommitter zombie = committer();
        catalog.beforeNextCommit(() -> committer().commit(List.of(contested), 2));

        assertThatThrownBy(() -> zombie.commit(List.of(contested), 1))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.COMMIT_CONFLICT));
        assertThat(rows()).isEqualTo(20);
        assertThat(zombie.commit(List.of(contested), 1).duplicates()).containsExactly(contested.range());
    }

    @Test
    void anExternalWritersCommitInBetweenIsNoConflict() {
        committer().commit(List.of(batch(P0, 0, 10)), 1);
        catalog.beforeNextCommit(() ->
                table().newAppend().appendFile(batch(P1, 0, 3).files().get(0)).commit());

        committer().commit(List.of(batch(P0, 10, 20)), 1);

        assertThat(rows()).isEqualTo(23);
        assertThat(TableLedger.read(table()).entry(P0).orElseThrow().to()).isEqualTo(20);
    }

    @Test
    void anUnknownOutcomeThatWentThroughIsResolvedByTheStamp() {
        BronzeBatch batch = batch(P0, 0, 10);
        catalog.loseTheAnswerOfTheNextCommit();

        assertThat(committer().commit(List.of(batch), 1).changed()).isTrue();
        assertThat(committer().commit(List.of(batch), 1).duplicates()).hasSize(1);
        assertThat(rows()).isEqualTo(10);
    }

    @Test
    void anUnknownOutcomeThatDidNotGoThroughIsNeverReportedAsSuccess() {
        BronzeBatch batch = batch(P0, 0, 10);
        catalog.loseTheNextCommit();

        assertThatThrownBy(() -> committer().commit(List.of(batch), 1))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.COMMIT_UNKNOWN));
        assertThat(committer().commit(List.of(batch), 1).changed()).isTrue();
        assertThat(rows()).isEqualTo(10);
    }

    @Test
    void noProgressIsLostWhenAllButTheLastSnapshotExpireAfterACompaction() {
        BronzeBatch first = batch(P0, 0, 10);
        BronzeBatch second = batch(P0, 10, 20);
        committer().commit(List.of(first), 1);
        committer().commit(List.of(second), 1);
        table().newRewrite()
                .deleteFile(first.files().get(0))
                .deleteFile(second.files().get(0))
                .addFile(batch(P0, 0, 20).files().get(0))
                .commit();
        table().expireSnapshots()
                .expireOlderThan(System.currentTimeMillis() + 1_000)
                .retainLast(1)
                .cleanupLevel(ExpireSnapshots.CleanupLevel.NONE)
                .commit();
        assertThat(table().snapshots()).hasSize(1);

        BronzeCommit again = committer().commit(List.of(first, second, batch(P0, 20, 30)), 2);

        assertThat(again.duplicates()).containsExactly(first.range(), second.range());
        assertThat(again.counts().rows()).isEqualTo(10);
        assertThat(rows()).isEqualTo(30);
    }

    @Test
    void aTableRolledBackUnderUsStopsLoudly() {
        committer().commit(List.of(batch(P0, 0, 10)), 1);
        long old = table().currentSnapshot().snapshotId();
        committer().commit(List.of(batch(P0, 10, 20)), 1);
        table().manageSnapshots().rollbackTo(old).commit();

        assertThatThrownBy(() -> committer().commit(List.of(batch(P0, 20, 30)), 1))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STAMP_MISSING))
                .hasMessageContaining("rolled back");
    }

    @Test
    void aRollbackDuringTheCommitIsCaughtAtTheCatalog() {
        committer().commit(List.of(batch(P0, 0, 10)), 1);
        long old = table().currentSnapshot().snapshotId();
        committer().commit(List.of(batch(P0, 10, 20)), 1);
        catalog.beforeNextCommit(() -> table().manageSnapshots().rollbackTo(old).commit());

        assertThatThrownBy(() -> committer().commit(List.of(batch(P0, 20, 30)), 1))
                .isInstanceOf(SluiceException.class)
                .hasCauseInstanceOf(ValidationException.class);
    }

    @Test
    void catalogConflictsBeyondTheRetriesAreAConflictNotASuccess() {
        catalog.refuseCommits(10);

        assertThatThrownBy(() -> committer().commit(List.of(batch(P0, 0, 10)), 1))
                .isInstanceOf(SluiceException.class)
                .hasCauseInstanceOf(CommitFailedException.class);
        assertThat(rows()).isZero();
    }
}
