package dev.sluice.sink.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.maintenance.Budget;
import dev.sluice.sink.maintenance.MaintainedTable;
import dev.sluice.sink.maintenance.RecordRewriter;
import dev.sluice.sink.maintenance.TableMaintenance;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A long row of small upserts, committed as {@link TableMerge} commits them (a row delta of new rows and of deletion
 * vectors in place of older ones, stamped and guarded), and maintenance in between. Where the rows are is kept in a
 * map, and looked up in the new files after a compaction, as the key index does it.
 */
class ThousandBatchesTest {
    private static final int NEW_KEYS = 8;
    private static final int UPDATES = 6;
    private static final int BATCHES = 1_000;
    private static final int BATCHES_BETWEEN_VISITS = 10;
    private static final Budget BUDGET =
            new Budget(32 << 10, 4, 0.1, 20, Duration.ZERO, 10, Duration.ofDays(3), 64 << 20);
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "key", Types.LongType.get()),
            Types.NestedField.required(2, "version", Types.IntegerType.get()),
            Types.NestedField.required(3, "text", Types.StringType.get()));

    private final InMemoryCatalog catalog = new InMemoryCatalog();
    private final ExecutorService direct = new CallersThread();

    private final Random random = new Random(7);
    private final Map<Long, Place> places = new HashMap<>();
    private final Map<Long, String> expected = new TreeMap<>();
    private Table table;

    private record Place(String file, long position) {}

    /** Iceberg waits for its own threads in steps of 10 ms, which is most of such a small commit. */
    private static final class CallersThread extends AbstractExecutorService {
        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }

    private record ScanCost(long files, long rows) {}

    @BeforeEach
    void createTable() {
        catalog.initialize("lake", Map.of());
        catalog.createNamespace(Namespace.of("silver"));
        table = create("orders");
    }

    @AfterEach
    void close() throws IOException {
        catalog.close();
    }

    private Table create(String name) {
        return catalog.createTable(
                TableIdentifier.of("silver", name),
                SCHEMA,
                PartitionSpec.unpartitioned(),
                // Old metadata is deleted by Iceberg's own threads, and to wait for them is half of the time.
                Map.of("format-version", "3", TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED, "false"));
    }

    private Record row(long key, int version) {
        byte[] noise = new byte[90];
        random.nextBytes(noise);
        Record row = GenericRecord.create(SCHEMA);
        row.setField("key", key);
        row.setField("version", version);
        row.setField("text", new BigInteger(1, noise).toString(36));
        return row;
    }

    private static DataFile write(Table into, Collection<Record> rows) throws IOException {
        DataWriter<Record> writer = Parquet.writeData(into.io()
                        .newOutputFile(into.locationProvider().newDataLocation(UUID.randomUUID() + ".parquet")))
                .forTable(into)
                .withSpec(into.spec())
                .createWriterFunc(GenericParquetWriter::create)
                .build();
        try (writer) {
            rows.forEach(writer::write);
        }
        return writer.toDataFile();
    }

    private void batch(int number) throws IOException {
        Map<Long, Record> rows = new LinkedHashMap<>();
        for (int i = 0; i < UPDATES && !places.isEmpty(); i++) {
            long key = random.nextInt(number * NEW_KEYS);
            rows.put(key, row(key, number));
        }
        for (int i = 0; i < NEW_KEYS; i++) {
            long key = (long) number * NEW_KEYS + i;
            rows.put(key, row(key, number));
        }
        Map<String, List<Long>> replaced = new HashMap<>();
        for (long key : rows.keySet()) {
            Place old = places.get(key);
            if (old != null) {
                replaced.computeIfAbsent(old.file(), file -> new ArrayList<>()).add(old.position());
            }
        }
        DataFile file = write(table, rows.values());
        commit(number, file, replaced);
        long position = 0;
        for (Map.Entry<Long, Record> row : rows.entrySet()) {
            places.put(row.getKey(), new Place(file.location(), position++));
            expected.put(row.getKey(), text(row.getValue()));
        }
    }

    private void commit(int number, DataFile file, Map<String, List<Long>> replaced) {
        TableFiles files = TableFiles.current(table);
        StampGuard guard = new StampGuard(table.currentSnapshot() == null ? Optional.empty() : Stamp.inHistory(table));
        Replacement replacement =
                Replacement.write(table, files, replaced, UUID.randomUUID().toString());
        RowDelta delta = table.newRowDelta().addRows(file);
        replacement.added().forEach(delta::addDeletes);
        replacement.superseded().forEach(delta::removeDeletes);
        files.snapshotId().ifPresent(delta::validateFromSnapshot);
        new Stamp("silver.orders", "run-" + number, Map.of("bronze.orders", (long) number))
                .entries()
                .forEach(delta::set);
        delta.validateWith(guard).scanManifestsWith(direct);
        delta.validateDataFilesExist(replacement.touchedPaths())
                .validateDeletedFiles()
                .validateNoConflictingDataFiles()
                .validateNoConflictingDeleteFiles()
                .commit();
    }

    private static String text(Record row) {
        return row.getField("version") + " " + row.getField("text");
    }

    private List<String> locations() {
        return TableFiles.current(table).files().stream()
                .map(live -> live.file().location())
                .toList();
    }

    /** Looks up where the rows are in files that were not there before. */
    private void follow(Collection<String> known) throws IOException {
        Schema key = SCHEMA.select("key");
        for (TableFiles.LiveFile live : TableFiles.current(table).files()) {
            if (known.contains(live.file().location())) {
                continue;
            }
            try (CloseableIterable<Record> rows = Parquet.read(table.io().newInputFile(live.file()))
                    .project(key)
                    .createReaderFunc(type -> GenericParquetReaders.buildReader(key, type))
                    .build()) {
                long position = 0;
                for (Record row : rows) {
                    places.put((Long) row.getField("key"), new Place(live.file().location(), position++));
                }
            }
        }
    }

    private static ScanCost cost(Table of) throws IOException {
        long files = 0;
        long rows = 0;
        try (CloseableIterable<FileScanTask> tasks = of.newScan().planFiles()) {
            for (FileScanTask task : tasks) {
                files++;
                rows += task.file().recordCount();
            }
        }
        return new ScanCost(files, rows);
    }

    private List<Record> records() throws IOException {
        List<Record> rows = new ArrayList<>();
        try (CloseableIterable<Record> read = IcebergGenerics.read(table).build()) {
            for (Record row : read) {
                Record copy = GenericRecord.create(SCHEMA);
                SCHEMA.columns().forEach(field -> copy.setField(field.name(), row.getField(field.name())));
                rows.add(copy);
            }
        }
        return rows;
    }

    /** The same rows, written once, in files of the target size. */
    private Table fresh(List<Record> rows) throws IOException {
        Table fresh = create("fresh");
        int files = (int) Math.max(1, write(fresh, rows).fileSizeInBytes() / BUDGET.targetFileBytes());
        for (int i = 0; i < files; i++) {
            List<Record> part = rows.subList(rows.size() * i / files, rows.size() * (i + 1) / files);
            fresh.newFastAppend().appendFile(write(fresh, part)).commit();
        }
        return fresh;
    }

    @Test
    void a_table_after_a_thousand_upserts_is_read_at_the_cost_of_a_fresh_one() throws IOException {
        TableMaintenance maintenance = new TableMaintenance(
                BUDGET, new RecordRewriter(), Clock.offset(Clock.systemUTC(), Duration.ofHours(1)), TableFaults.none());
        MaintainedTable what = new MaintainedTable("silver.orders", MaintainedTable.Files.CONTAINERS, List.of());
        int mostSnapshots = 0;
        for (int number = 0; number < BATCHES; number++) {
            batch(number);
            if ((number + 1) % BATCHES_BETWEEN_VISITS == 0) {
                List<String> known = locations();
                TableMaintenance.Visit visit = maintenance.run(table, what, () -> true);
                mostSnapshots = Math.max(mostSnapshots, visit.snapshots());
                table.refresh();
                follow(known);
            }
        }

        List<Record> rows = records();
        Map<Long, String> found = new TreeMap<>();
        rows.forEach(row ->
                assertThat(found.put((Long) row.getField("key"), text(row))).isNull());
        assertThat(found).isEqualTo(expected);
        ScanCost cost = cost(table);
        ScanCost fresh = cost(fresh(rows));
        assertThat(cost.files()).isLessThanOrEqualTo((long) (fresh.files() * 1.1) + BUDGET.maxSmallFiles());
        assertThat(cost.rows()).isLessThanOrEqualTo((long) (fresh.rows() * 1.1));
        assertThat(mostSnapshots).isLessThanOrEqualTo(BUDGET.minSnapshots() + 3 * BATCHES_BETWEEN_VISITS);
        assertThat(table.snapshots()).hasSizeLessThanOrEqualTo(BUDGET.minSnapshots());
        assertThat(table.currentSnapshot().dataManifests(table.io())).hasSizeLessThanOrEqualTo(BUDGET.maxManifests());
        assertThat(Stamp.inHistory(table))
                .hasValueSatisfying(stamp -> assertThat(stamp.runId()).isEqualTo("run-" + (BATCHES - 1)));
    }
}
