package dev.sluice.sink.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sink.duck.DuckDbSettings;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.merge.Stamp;
import dev.sluice.sink.table.LocalFileIO;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.DVFileWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompactionTest {
    private static final Budget TIGHT =
            new Budget(1 << 20, 2, 0.1, 50, Duration.ofHours(1), 5, Duration.ofDays(3), 64 << 20);
    private static final List<Types.NestedField> PLAIN = List.of(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "bool", Types.BooleanType.get()),
            Types.NestedField.optional(3, "int", Types.IntegerType.get()),
            Types.NestedField.optional(4, "float", Types.FloatType.get()),
            Types.NestedField.optional(5, "double", Types.DoubleType.get()),
            Types.NestedField.optional(6, "date", Types.DateType.get()),
            Types.NestedField.optional(7, "time", Types.TimeType.get()),
            Types.NestedField.optional(8, "text", Types.StringType.get()),
            Types.NestedField.optional(9, "uuid", Types.UUIDType.get()),
            Types.NestedField.optional(10, "binary", Types.BinaryType.get()),
            Types.NestedField.optional(11, "zoned", Types.TimestampType.withZone()),
            Types.NestedField.optional(12, "local", Types.TimestampType.withoutZone()),
            Types.NestedField.optional(13, "decimal9", Types.DecimalType.of(9, 2)),
            Types.NestedField.optional(14, "decimal38", Types.DecimalType.of(38, 10)));

    @TempDir
    Path folder;

    private final JdbcCatalog catalog = new JdbcCatalog();

    @BeforeEach
    void open() {
        catalog.initialize(
                "lake",
                Map.of(
                        CatalogProperties.URI, "jdbc:sqlite:" + folder.resolve("catalog.db"),
                        CatalogProperties.WAREHOUSE_LOCATION,
                                folder.resolve("warehouse").toUri().toString(),
                        CatalogProperties.FILE_IO_IMPL, LocalFileIO.class.getName()));
        catalog.createNamespace(Namespace.of("t"));
    }

    @AfterEach
    void close() throws Exception {
        catalog.close();
    }

    private GroupRewriter rewriter(String kind) {
        return kind.equals("records")
                ? new RecordRewriter()
                : new DuckRewriter(new DuckDbSettings("256MB", 2, folder.resolve("spill")), folder.resolve("work"));
    }

    private Table table(Schema schema, PartitionSpec spec, int version) {
        return catalog.createTable(
                TableIdentifier.of("t", "rows"),
                schema,
                spec,
                Map.of("format-version", Integer.toString(version), Stamp.MODEL, "t.rows"));
    }

    private static Record row(Schema schema, long id) {
        Record row = GenericRecord.create(schema);
        row.setField("id", id);
        if (id % 7 == 0) {
            return row;
        }
        row.setField("bool", id % 2 == 0);
        row.setField("int", (int) -id);
        row.setField("float", id == 1 ? Float.NaN : id / 3f);
        row.setField("double", id == 2 ? -0.0d : id / 7d);
        row.setField("date", LocalDate.of(1969, 12, 25).plusDays(id));
        row.setField("time", LocalTime.of(23, 59, 59, (int) id * 1000));
        row.setField("text", "täxt\u0000 🐟 " + id);
        row.setField("uuid", new UUID(id, -id));
        row.setField("binary", ByteBuffer.wrap(new byte[] {0, (byte) id, -1}));
        row.setField(
                "zoned", LocalDateTime.of(1899, 1, 1, 0, 0, 0, (int) id * 1000).atOffset(ZoneOffset.UTC));
        row.setField("local", LocalDateTime.of(2261, 1, 1, 3, 4, 5, (int) id * 1000));
        row.setField("decimal9", BigDecimal.valueOf(id * 1001 - 5, 2));
        row.setField(
                "decimal38",
                new BigDecimal("-1234567890123456789012345678.0000000001")
                        .add(BigDecimal.valueOf(id).setScale(10)));
        return row;
    }

    private static void append(Table table, List<Record> rows) throws IOException {
        PartitionKey key = new PartitionKey(table.spec(), table.schema());
        InternalRecordWrapper internal =
                new InternalRecordWrapper(table.schema().asStruct());
        Map<PartitionKey, List<Record>> parts = new HashMap<>();
        for (Record row : rows) {
            key.partition(internal.wrap(row));
            parts.computeIfAbsent(key.copy(), part -> new ArrayList<>()).add(row);
        }
        AppendFiles append = table.newAppend();
        for (Map.Entry<PartitionKey, List<Record>> part : parts.entrySet()) {
            DataWriter<Record> writer = Parquet.writeData(table.io()
                            .newOutputFile(table.locationProvider().newDataLocation(UUID.randomUUID() + ".parquet")))
                    .forTable(table)
                    .withSpec(table.spec())
                    .withPartition(table.spec().isUnpartitioned() ? null : part.getKey())
                    .createWriterFunc(GenericParquetWriter::create)
                    .build();
            try (writer) {
                part.getValue().forEach(writer::write);
            }
            append.appendFile(writer.toDataFile());
        }
        append.commit();
    }

    /** Deletes the first row of every file. */
    private static void deleteFirstRows(Table table) throws IOException {
        DVFileWriter writer = new BaseDVFileWriter(
                OutputFileFactory.builderFor(table, 0, 0)
                        .format(FileFormat.PUFFIN)
                        .build(),
                path -> null);
        try (writer;
                CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            for (FileScanTask task : tasks) {
                writer.delete(
                        task.file().location(), 0, task.spec(), task.file().partition());
            }
        }
        RowDelta delta = table.newRowDelta();
        writer.result().deleteFiles().forEach(delta::addDeletes);
        delta.commit();
    }

    /** By id, every value of a row, its row id and the sequence of its last change among them. */
    private static Map<Object, Map<String, Object>> rows(Table table) throws IOException {
        Schema schema = RecordRewriter.schema(table);
        Map<Object, Map<String, Object>> rows = new HashMap<>();
        try (CloseableIterable<Record> read =
                IcebergGenerics.read(table).project(schema).build()) {
            for (Record row : read) {
                Map<String, Object> values = new HashMap<>();
                schema.columns().forEach(field -> values.put(field.name(), row.getField(field.name())));
                rows.put(row.getField("id"), values);
            }
        }
        return rows;
    }

    private static List<DataFile> files(Table table) throws IOException {
        List<DataFile> files = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            for (FileScanTask task : tasks) {
                assertThat(task.deletes()).isEmpty();
                files.add(task.file());
            }
        }
        return files;
    }

    private Compaction.Result compact(Table table, GroupRewriter rewriter) {
        return new Compaction(table, rewriter, TableFaults.none())
                .run(new CompactionPlanner(TIGHT).plan(table), () -> true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"records", "duck"})
    void every_value_survives_and_so_do_row_ids_and_the_sequence_of_the_last_change(String kind) throws IOException {
        Schema schema = new Schema(PLAIN);
        Table table = table(schema, PartitionSpec.unpartitioned(), 3);
        for (int batch = 0; batch < 6; batch++) {
            append(table, List.of(row(schema, batch * 3), row(schema, batch * 3 + 1), row(schema, batch * 3 + 2)));
        }
        deleteFirstRows(table);
        Map<Object, Map<String, Object>> before = rows(table);

        Compaction.Result result = compact(table, rewriter(kind));

        assertThat(result.rowsDropped()).isEqualTo(6);
        assertThat(files(table))
                .hasSize(1)
                .allSatisfy(file -> assertThat(file.recordCount()).isEqualTo(12));
        assertThat(rows(table)).isEqualTo(before);
        assertThat(before.values())
                .allSatisfy(row -> assertThat(row).containsKey(MetadataColumns.ROW_ID.name()))
                .extracting(row -> row.get(MetadataColumns.ROW_ID.name()))
                .doesNotHaveDuplicates()
                .doesNotContainNull();

        for (int batch = 6; batch < 10; batch++) {
            append(table, List.of(row(schema, batch * 3)));
        }
        before = rows(table);
        compact(table, rewriter(kind));
        assertThat(files(table)).hasSize(1);
        assertThat(rows(table)).as("a second compaction").isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"records", "duck"})
    void a_row_stays_in_its_partition_and_files_of_an_older_partitioning_stay_in_theirs(String kind)
            throws IOException {
        Schema schema = new Schema(PLAIN);
        Table table = table(
                schema,
                PartitionSpec.builderFor(schema)
                        .bucket("id", 2)
                        .truncate("text", 3)
                        .build(),
                3);
        for (int batch = 0; batch < 9; batch++) {
            append(table, List.of(row(schema, batch * 2), row(schema, batch * 2 + 1)));
        }
        table.updateSpec().removeField("text_trunc").commit();
        for (int batch = 9; batch < 18; batch++) {
            append(table, List.of(row(schema, batch * 2), row(schema, batch * 2 + 1)));
        }
        Map<Object, Map<String, Object>> before = rows(table);
        compact(table, rewriter(kind));

        assertThat(rows(table)).isEqualTo(before);
        InternalRecordWrapper internal = new InternalRecordWrapper(schema.asStruct());
        for (DataFile file : files(table)) {
            PartitionSpec spec = table.specs().get(file.specId());
            PartitionKey key = new PartitionKey(spec, schema);
            try (CloseableIterable<Record> read = Parquet.read(table.io().newInputFile(file.location()))
                    .project(schema)
                    .createReaderFunc(type -> GenericParquetReaders.buildReader(schema, type))
                    .build()) {
                for (Record row : read) {
                    key.partition(internal.wrap(row));
                    for (int i = 0; i < spec.fields().size(); i++) {
                        assertThat(key.get(i, Object.class))
                                .isEqualTo(file.partition().get(i, Object.class));
                    }
                }
            }
        }
        assertThat(files(table)).hasSizeLessThan(15);
    }

    @Test
    void nested_values_and_fixed_ones_survive() throws IOException {
        Schema schema = new Schema(
                Types.NestedField.required(1, "id", Types.LongType.get()),
                Types.NestedField.optional(2, "fixed", Types.FixedType.ofLength(3)),
                Types.NestedField.optional(
                        3,
                        "list",
                        Types.ListType.ofOptional(
                                4,
                                Types.StructType.of(
                                        Types.NestedField.optional(5, "a", Types.StringType.get()),
                                        Types.NestedField.optional(6, "b", Types.LongType.get())))),
                Types.NestedField.optional(
                        7, "map", Types.MapType.ofOptional(8, 9, Types.StringType.get(), Types.IntegerType.get())),
                Types.NestedField.optional(10, "nanos", Types.TimestampNanoType.withZone()));
        Table table = table(schema, PartitionSpec.unpartitioned(), 3);
        assertThat(DuckRewriter.suits(table)).isFalse();
        for (long id = 0; id < 5; id++) {
            Record row = GenericRecord.create(schema);
            row.setField("id", id);
            if (id > 0) {
                Record element = GenericRecord.create(
                        schema.findType("list").asListType().elementType().asStructType());
                element.setField("a", id == 1 ? null : "a" + id);
                element.setField("b", id);
                row.setField("fixed", new byte[] {1, 2, (byte) id});
                row.setField("list", id == 2 ? List.of() : List.of(element));
                row.setField("map", id == 3 ? Map.of() : Map.of("k", (int) id));
                row.setField(
                        "nanos",
                        LocalDateTime.of(2026, 1, 1, 0, 0, 0, (int) id + 1).atOffset(ZoneOffset.UTC));
            }
            append(table, List.of(row));
        }
        List<String> before = texts(table);
        compact(table, new SuitingRewriter((DuckRewriter) rewriter("duck")));
        assertThat(files(table)).hasSize(1);
        assertThat(texts(table)).isEqualTo(before);
    }

    private static List<String> texts(Table table) throws IOException {
        List<String> rows = new ArrayList<>();
        try (CloseableIterable<Record> read = IcebergGenerics.read(table).build()) {
            for (Record row : read) {
                String fixed = Arrays.toString((byte[]) row.getField("fixed"));
                row.setField("fixed", null);
                rows.add(row + fixed);
            }
        }
        return rows.stream().sorted().toList();
    }

    @Test
    void a_file_whose_rows_are_all_deleted_goes_without_another_in_its_place() throws IOException {
        Schema schema = new Schema(PLAIN);
        Table table = table(schema, PartitionSpec.unpartitioned(), 3);
        append(table, List.of(row(schema, 1)));
        append(table, List.of(row(schema, 2)));
        deleteFirstRows(table);
        compact(table, new RecordRewriter());
        assertThat(files(table)).isEmpty();
        assertThat(rows(table)).isEmpty();
    }
}
