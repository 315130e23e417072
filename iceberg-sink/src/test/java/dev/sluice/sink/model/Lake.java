package dev.sluice.sink.model;

import dev.sluice.sink.merge.TableFiles;
import dev.sluice.sink.table.LocalFileIO;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.DataFileSet;
import org.apache.iceberg.util.DeleteFileSet;
import org.jspecify.annotations.Nullable;

/** A lake on the local disk: bronze written, and every table read, by Iceberg's own generic classes. */
public final class Lake implements AutoCloseable {
    public static final Path MODELS = Path.of("..", "models");
    private static final TableIdentifier BRONZE = TableIdentifier.of("bronze", "orders");
    private static final List<Types.NestedField> ITEM = List.of(
            Types.NestedField.optional(31, "sku", Types.StringType.get()),
            Types.NestedField.optional(32, "quantity", Types.IntegerType.get()),
            Types.NestedField.optional(33, "unit_price_cents", Types.LongType.get()));

    private final Catalog catalog;
    private final Path folder;

    private final List<ModelEngine> engines = new ArrayList<>();

    private Lake(Catalog catalog, Path folder) {
        this.catalog = catalog;
        this.folder = folder;
    }

    public static Lake create(Path folder) {
        JdbcCatalog catalog = new JdbcCatalog();
        catalog.initialize(
                "lake",
                Map.of(
                        CatalogProperties.URI, "jdbc:sqlite:" + folder.resolve("catalog.db"),
                        CatalogProperties.WAREHOUSE_LOCATION,
                                folder.resolve("warehouse").toUri().toString(),
                        CatalogProperties.FILE_IO_IMPL, LocalFileIO.class.getName()));
        return on(catalog, folder);
    }

    static Lake on(Catalog catalog, Path folder) {
        ((SupportsNamespaces) catalog).createNamespace(Namespace.of("bronze"));
        catalog.createTable(BRONZE, bronzeV1(), PartitionSpec.unpartitioned(), Map.of("format-version", "3"));
        return new Lake(catalog, folder);
    }

    private static Schema bronzeV1() {
        return new Schema(
                Types.NestedField.required(1, "_kafka_offset", Types.LongType.get()),
                Types.NestedField.optional(2, "_schema_id", Types.IntegerType.get()),
                Types.NestedField.optional(3, "event_id", Types.StringType.get()),
                Types.NestedField.optional(4, "order_id", Types.StringType.get()),
                Types.NestedField.optional(5, "customer_id", Types.LongType.get()),
                Types.NestedField.optional(6, "event_type", Types.StringType.get()),
                Types.NestedField.optional(7, "order_version", Types.IntegerType.get()),
                Types.NestedField.optional(8, "amount_cents", Types.LongType.get()),
                Types.NestedField.optional(9, "currency", Types.StringType.get()),
                Types.NestedField.optional(10, "country", Types.StringType.get()),
                Types.NestedField.optional(11, "customer_email", Types.StringType.get()),
                Types.NestedField.optional(12, "event_time", Types.TimestampType.withZone()),
                Types.NestedField.optional(13, "items", Types.ListType.ofOptional(30, Types.StructType.of(ITEM))),
                Types.NestedField.optional(14, "_kafka_key", Types.BinaryType.get()));
    }

    public Catalog catalog() {
        return catalog;
    }

    public Path folder() {
        return folder;
    }

    public EngineSettings settings() {
        return new EngineSettings(folder.resolve("work"), "512MB", 2, 5);
    }

    /** The lake's engine, which is the lake's to close. */
    public ModelEngine engine() {
        if (engines.isEmpty()) {
            engines.add(open((model, attempt) -> {}));
        }
        return engines.get(0);
    }

    /** Another engine, which is the lake's to close. */
    ModelEngine engine(ModelEngine.BeforeCommit beforeCommit) {
        engine();
        engines.add(open(beforeCommit));
        return engines.get(engines.size() - 1);
    }

    private ModelEngine open(ModelEngine.BeforeCommit beforeCommit) {
        return new ModelEngine(catalog, settings(), Clock.systemUTC(), beforeCommit);
    }

    public Table table(String name) {
        return catalog.loadTable(ModelTables.identifier(name));
    }

    public void addChannel() {
        table("bronze.orders")
                .updateSchema()
                .addColumn("channel", Types.StringType.get())
                .commit();
    }

    /** Appends events as one data file in one snapshot. */
    public void land(List<OrderEvent> events) {
        Table bronze = table("bronze.orders");
        Schema schema = bronze.schema();
        List<Record> rows = new ArrayList<>();
        for (OrderEvent event : events) {
            Record row = GenericRecord.create(schema);
            row.setField("_kafka_offset", (long) rows.size());
            row.setField("_schema_id", 1);
            row.setField("event_id", event.eventId());
            row.setField("order_id", event.orderId());
            row.setField("customer_id", event.customerId());
            row.setField("event_type", event.type());
            row.setField("order_version", event.version());
            row.setField("amount_cents", event.amountCents());
            row.setField("currency", event.currency());
            row.setField("country", event.country());
            row.setField("customer_email", event.customerId() + "@example.com");
            row.setField("event_time", event.time().atOffset(ZoneOffset.UTC));
            List<Record> items = new ArrayList<>();
            for (int quantity : event.quantities()) {
                Record item = GenericRecord.create(
                        schema.findType("items").asListType().elementType().asStructType());
                item.setField("sku", "sku-" + quantity);
                item.setField("quantity", quantity);
                item.setField("unit_price_cents", 100L);
                items.add(item);
            }
            row.setField("items", items);
            if (schema.findField("channel") != null) {
                row.setField("channel", event.channel());
            }
            rows.add(row);
        }
        append(bronze, rows);
    }

    /** Appends records without a value. */
    void landTombstones(String... keys) {
        Table bronze = table("bronze.orders");
        List<Record> rows = new ArrayList<>();
        for (String key : keys) {
            Record row = GenericRecord.create(bronze.schema());
            row.setField("_kafka_offset", 99L);
            row.setField("_kafka_key", ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8)));
            rows.add(row);
        }
        append(bronze, rows);
    }

    /** Appends a record with neither a value nor a key that is text. */
    void landKeylessTombstone(byte @Nullable [] key) {
        Table bronze = table("bronze.orders");
        Record row = GenericRecord.create(bronze.schema());
        row.setField("_kafka_offset", 99L);
        row.setField("_kafka_key", key == null ? null : ByteBuffer.wrap(key));
        append(bronze, List.of(row));
    }

    static void append(Table table, List<Record> rows) {
        AppendFiles append = table.newAppend();
        append.appendFile(write(table, rows));
        append.commit();
    }

    static DataFile write(Table table, List<Record> rows) {
        return write(table, new PartitionKey(table.spec(), table.schema()), rows);
    }

    private static DataFile write(Table table, PartitionKey partition, List<Record> rows) {
        try {
            DataWriter<Record> writer = Parquet.writeData(table.io()
                            .newOutputFile(table.locationProvider().newDataLocation(UUID.randomUUID() + ".parquet")))
                    .schema(table.schema())
                    .withSpec(table.spec())
                    .withPartition(table.spec().isUnpartitioned() ? null : partition)
                    .createWriterFunc(GenericParquetWriter::create)
                    .build();
            try (writer) {
                rows.forEach(writer::write);
            }
            DataFile file = writer.toDataFile();
            if (file.format() != FileFormat.PARQUET) {
                throw new IllegalStateException("Not Parquet");
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Rewrites all files of a table into one, as an outside engine does: without our stamp. */
    void compact(String name) {
        Table table = table(name);
        DataFileSet files = DataFileSet.create();
        DeleteFileSet deletes = DeleteFileSet.create();
        TableFiles.current(table).files().forEach(live -> {
            files.add(live.file());
            deletes.addAll(live.deletes());
        });
        List<Record> rows = records(name).stream()
                .map(row -> {
                    Record copy = GenericRecord.create(table.schema());
                    table.schema().columns().forEach(field -> copy.setField(field.name(), row.getField(field.name())));
                    return copy;
                })
                .toList();
        RewriteFiles rewrite =
                table.newRewrite().validateFromSnapshot(table.currentSnapshot().snapshotId());
        files.forEach(rewrite::deleteFile);
        deletes.forEach(rewrite::deleteFile);
        byPartition(table, rows).forEach((partition, part) -> rewrite.addFile(write(table, partition, part)));
        rewrite.commit();
    }

    private static Map<PartitionKey, List<Record>> byPartition(Table table, List<Record> rows) {
        Map<PartitionKey, List<Record>> parts = new LinkedHashMap<>();
        PartitionKey key = new PartitionKey(table.spec(), table.schema());
        InternalRecordWrapper internal =
                new InternalRecordWrapper(table.schema().asStruct());
        for (Record row : rows) {
            key.partition(internal.wrap(row));
            parts.computeIfAbsent(key.copy(), part -> new ArrayList<>()).add(row);
        }
        return parts;
    }

    public List<Record> records(String name) {
        try (CloseableIterable<Record> rows = IcebergGenerics.read(table(name)).build()) {
            List<Record> records = new ArrayList<>();
            rows.forEach(row -> records.add(row.copy()));
            return records;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The rows of a table as text, sorted. */
    public List<String> rows(String name) {
        return records(name).stream().map(Lake::text).sorted().toList();
    }

    /** The only row whose first column has a value. */
    Map<String, Object> row(String name, String key) {
        List<Map<String, Object>> found = records(name).stream()
                .filter(row -> key.equals(row.get(0)))
                .map(Lake::fields)
                .toList();
        if (found.size() != 1) {
            throw new AssertionError("Expected one row of " + key + ", found " + found);
        }
        return found.get(0);
    }

    private static String text(Record row) {
        return fields(row).toString();
    }

    private static Map<String, Object> fields(Record row) {
        Map<String, Object> fields = new TreeMap<>();
        for (Types.NestedField field : row.struct().fields()) {
            // Iceberg's reader leaves its position column in when a file has deletes.
            if (!field.name().equals("_pos")) {
                fields.put(field.name(), row.getField(field.name()));
            }
        }
        return fields;
    }

    @Override
    public void close() throws IOException {
        engines.forEach(ModelEngine::close);
        if (catalog instanceof Closeable closeable) {
            closeable.close();
        }
    }
}
