package dev.sluice.sink.ops;

import dev.sluice.sink.table.Namespaces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;
import org.jspecify.annotations.Nullable;

/** A table that is only appended to: one small file and one commit for each append. */
final class LogTable {
    private static final Namespace NAMESPACE = Namespace.of("ops");

    private final Catalog catalog;
    private final TableIdentifier identifier;
    private final Schema schema;
    private @Nullable Table table;

    LogTable(Catalog catalog, String name, Schema schema) {
        this.catalog = catalog;
        this.identifier = TableIdentifier.of(NAMESPACE, name);
        this.schema = schema;
    }

    /** A row of this table, to be filled. */
    GenericRecord row() {
        return GenericRecord.create(schema);
    }

    void append(List<GenericRecord> rows) {
        if (rows.isEmpty()) {
            return;
        }
        Table log = require();
        log.newAppend().appendFile(write(log, rows)).commit();
    }

    /** Hands over the rows that match; none when the table is not there yet. */
    void read(Expression filter, List<String> columns, Consumer<Record> consumer) {
        Table log;
        try {
            log = catalog.loadTable(identifier);
        } catch (NoSuchTableException e) {
            return;
        }
        try (CloseableIterable<Record> rows =
                IcebergGenerics.read(log).where(filter).select(columns).build()) {
            rows.forEach(consumer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Table require() {
        Table known = table;
        if (known == null) {
            known = loadOrCreate();
            table = known;
        }
        return known;
    }

    private Table loadOrCreate() {
        try {
            return catalog.loadTable(identifier);
        } catch (NoSuchTableException e) {
            try {
                Namespaces.ensure(catalog, NAMESPACE);
                return catalog.createTable(
                        identifier,
                        schema,
                        PartitionSpec.unpartitioned(),
                        Map.of(
                                TableProperties.FORMAT_VERSION, "2",
                                TableProperties.PARQUET_COMPRESSION, "zstd",
                                TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED, "true",
                                TableProperties.METADATA_PREVIOUS_VERSIONS_MAX, "20"));
            } catch (AlreadyExistsException raced) {
                return catalog.loadTable(identifier);
            }
        }
    }

    private static DataFile write(Table log, List<GenericRecord> rows) {
        try {
            DataWriter<Record> writer = Parquet.writeData(log.io()
                            .newOutputFile(log.locationProvider().newDataLocation(UUID.randomUUID() + ".parquet")))
                    .forTable(log)
                    .withSpec(log.spec())
                    .createWriterFunc(GenericParquetWriter::create)
                    .build();
            try (writer) {
                rows.forEach(writer::write);
            }
            return writer.toDataFile();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
