package dev.sluice.sink.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sink.audit.TableRows;
import dev.sluice.sink.bronze.BronzeBatch;
import dev.sluice.sink.bronze.BronzeCommitter;
import dev.sluice.sink.bronze.FaultyCatalog;
import dev.sluice.sink.land.BronzeColumns;
import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.ledger.RangeCounts;
import dev.sluice.sink.ledger.SourcePartition;
import dev.sluice.sink.ledger.TableLedger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows landed again, in tables with deletion vectors and with position delete files. */
class OverwriteTest {
    private static final TableIdentifier ORDERS = TableIdentifier.of("bronze", "orders");
    private static final SourcePartition P0 = new SourcePartition("cluster-1", "topic-1", "orders", 0);
    private static final SourcePartition P1 = new SourcePartition("cluster-1", "topic-1", "orders", 1);
    private static final int WRONG = 1;
    private static final int RIGHT = 2;

    private final FaultyCatalog catalog = new FaultyCatalog();
    private int announcements;

    private void createTable(String formatVersion) {
        catalog.initialize("test", Map.of());
        catalog.createNamespace(Namespace.of("bronze"));
        catalog.createTable(
                ORDERS,
                BronzeColumns.schema(),
                PartitionSpec.unpartitioned(),
                Map.of(
                        "format-version",
                        formatVersion,
                        "commit.retry.num-retries",
                        "1",
                        "commit.retry.min-wait-ms",
                        "1"));
        live(P0, 0, 100);
        live(P1, 0, 100);
        live(P0, 100, 150);
    }

    @AfterEach
    void closeCatalog() throws Exception {
        catalog.close();
    }

    private Table table() {
        return catalog.loadTable(ORDERS);
    }

    private DataFile file(SourcePartition source, long from, long to, int schemaId, LongPredicate chosen) {
        Table table = table();
        try {
            DataWriter<Record> writer = Parquet.writeData(
                            table.io().newOutputFile(table.location() + "/data/" + UUID.randomUUID() + ".parquet"))
                    .forTable(table)
                    .createWriterFunc(GenericParquetWriter::create)
                    .build();
            try (writer) {
                LongStream.range(from, to).filter(chosen).forEach(offset -> {
                    Record row = GenericRecord.create(table.schema());
                    row.setField(BronzeColumns.TOPIC, source.topic());
                    row.setField(BronzeColumns.PARTITION, source.partition());
                    row.setField(BronzeColumns.OFFSET, offset);
                    row.setField(BronzeColumns.TIMESTAMP, Instant.EPOCH.atOffset(ZoneOffset.UTC));
                    row.setField(BronzeColumns.INGESTED_AT, Instant.EPOCH.atOffset(ZoneOffset.UTC));
                    row.setField(BronzeColumns.SCHEMA_ID, schemaId);
                    writer.write(row);
                });
            }
            return writer.toDataFile();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void live(SourcePartition source, long from, long to) {
        new BronzeCommitter(table())
                .commit(
                        List.of(new BronzeBatch(
                                new OffsetRange(source, from, to),
                                announcements++,
                                new RangeCounts(to - from, 0, 0),
                                List.of(file(source, from, to, WRONG, offset -> true)))),
                        1);
    }

    private OverwrittenStretch again(long from, long to, LongPredicate read, Set<Long> dead, long lost) {
        BitSet bits = new BitSet();
        LongStream.range(from, to).filter(read).forEach(offset -> bits.set((int) (offset - from)));
        return new OverwrittenStretch(
                new OffsetRange(P0, from, to),
                List.of(file(P0, from, to, RIGHT, offset -> read.test(offset) && !dead.contains(offset))),
                bits,
                dead,
                lost);
    }

    private BackfillCommitter.Outcome commit(OverwrittenStretch... stretches) {
        return new BackfillCommitter(table(), lost -> lost < 5)
                .commit("bf-1", 1, new LandedBatch(List.of(), List.of(stretches)));
    }

    /** By offset, the schema ids of the rows of partition 0. */
    private Map<Long, List<Object>> rows() {
        Map<Long, List<Object>> rows = new TreeMap<>();
        new TableRows(table(), List.of(BronzeColumns.PARTITION, BronzeColumns.OFFSET, BronzeColumns.SCHEMA_ID))
                .forEach(table().currentSnapshot().snapshotId(), row -> {
                    if (Integer.valueOf(0).equals(row.get(0))) {
                        rows.computeIfAbsent((Long) row.get(1), none -> new ArrayList<>())
                                .add(String.valueOf(row.get(2)));
                    }
                });
        return rows;
    }

    private static Map<Long, List<Object>> expected(long to, LongPredicate right, LongPredicate gone) {
        Map<Long, List<Object>> rows = new TreeMap<>();
        LongStream.range(0, to)
                .filter(gone.negate())
                .forEach(offset -> rows.put(offset, List.of(String.valueOf(right.test(offset) ? RIGHT : WRONG))));
        return rows;
    }

    private RangeCounts counts() {
        return TableLedger.read(table()).entry(P0).orElseThrow().counts();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void the_rows_of_the_range_are_replaced_and_no_others(String formatVersion) {
        createTable(formatVersion);

        assertThat(commit(again(50, 120, offset -> true, Set.of(), 0))).isEqualTo(BackfillCommitter.Outcome.COMMITTED);

        assertThat(rows()).isEqualTo(expected(150, offset -> offset >= 50 && offset < 120, offset -> false));
        assertThat(counts()).isEqualTo(new RangeCounts(150, 0, 0));
        assertThat(table().currentSnapshot().summary()).containsEntry(BackfillCommitter.BACKFILL_ID, "bf-1");
        live(P0, 150, 160);
        assertThat(rows()).hasSize(160);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void doing_it_again_changes_nothing(String formatVersion) {
        createTable(formatVersion);
        commit(again(50, 120, offset -> true, Set.of(60L), 0));
        Map<Long, List<Object>> once = rows();

        commit(again(50, 120, offset -> true, Set.of(60L), 0));

        assertThat(rows()).isEqualTo(once);
        assertThat(counts()).isEqualTo(new RangeCounts(149, 0, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void a_row_that_is_rejected_now_leaves_and_rows_whose_record_is_gone_stay(String formatVersion) {
        createTable(formatVersion);

        commit(again(0, 100, offset -> offset >= 20, Set.of(30L, 31L), 0));

        assertThat(rows()).isEqualTo(expected(150, offset -> offset >= 20 && offset < 100, Set.of(30L, 31L)::contains));
        assertThat(counts()).isEqualTo(new RangeCounts(148, 0, 2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void a_live_commit_in_between_is_kept(String formatVersion) {
        createTable(formatVersion);
        OverwrittenStretch stretch = again(50, 120, offset -> true, Set.of(), 0);
        catalog.beforeNextCommit(() -> live(P0, 150, 170));

        assertThat(commit(stretch)).isEqualTo(BackfillCommitter.Outcome.COMMITTED);

        assertThat(rows()).isEqualTo(expected(170, offset -> offset >= 50 && offset < 120, offset -> false));
        assertThat(counts()).isEqualTo(new RangeCounts(170, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void of_two_that_overlap_the_later_one_replaces_the_rows_of_the_earlier_one(String formatVersion) {
        createTable(formatVersion);
        OverwrittenStretch one = again(50, 120, offset -> true, Set.of(60L), 0);
        OverwrittenStretch other = again(0, 80, offset -> true, Set.of(60L), 0);
        catalog.beforeNextCommit(() -> commit(other));

        assertThat(commit(one)).isEqualTo(BackfillCommitter.Outcome.COMMITTED);

        assertThat(rows()).isEqualTo(expected(150, offset -> offset < 120, offset -> offset == 60));
        assertThat(counts()).isEqualTo(new RangeCounts(149, 0, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void a_commit_whose_answer_is_lost_is_found_by_its_stamp(String formatVersion) {
        createTable(formatVersion);
        OverwrittenStretch stretch = again(50, 120, offset -> true, Set.of(60L), 0);
        catalog.loseTheAnswerOfTheNextCommit();

        assertThat(commit(stretch)).isEqualTo(BackfillCommitter.Outcome.COMMITTED);

        assertThat(counts()).isEqualTo(new RangeCounts(149, 0, 1));
        assertThat(rows()).hasSize(149);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void a_missing_stretch_is_landed_and_a_held_one_replaced_in_one_commit(String formatVersion) {
        createTable(formatVersion);
        SourcePartition later = new SourcePartition("cluster-1", "topic-1", "orders", 2);
        LandedStretch missing = new LandedStretch(
                new OffsetRange(later, 0, 10),
                new RangeCounts(10, 0, 0),
                List.of(file(later, 0, 10, RIGHT, offset -> true)),
                List.of());
        long before = TableLedger.read(table()).counts().rows();

        new BackfillCommitter(table(), lost -> lost < 5)
                .commit(
                        "bf-1",
                        1,
                        new LandedBatch(List.of(missing), List.of(again(0, 10, offset -> true, Set.of(), 0))));

        assertThat(TableLedger.read(table()).counts().rows()).isEqualTo(before + 10);
        assertThat(rows()).isEqualTo(expected(150, offset -> offset < 10, offset -> false));
    }
}
