package dev.sluice.sink.maintenance;

import dev.sluice.sink.bronze.BronzeBatch;
import dev.sluice.sink.bronze.BronzeCommit;
import dev.sluice.sink.bronze.BronzeCommitter;
import dev.sluice.sink.bronze.BronzeTables;
import dev.sluice.sink.duck.DuckDbSettings;
import dev.sluice.sink.land.LandedFiles;
import dev.sluice.sink.land.LandingSpec;
import dev.sluice.sink.land.PartitionWriter;
import dev.sluice.sink.land.RecordPosition;
import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.ledger.RangeCounts;
import dev.sluice.sink.ledger.SourcePartition;
import dev.sluice.sink.table.LocalFileIO;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.jdbc.JdbcCatalog;

/** A bronze table on the local disk, landed and committed as the service does it. */
final class BronzeLake implements AutoCloseable {
    static final Budget TIGHT = new Budget(1 << 20, 2, 0.1, 50, Duration.ZERO, 1, Duration.ofDays(3), 64 << 20);
    private static final TableIdentifier NAME = TableIdentifier.of("bronze", "events");
    private static final Schema FIRST = SchemaBuilder.record("Event")
            .fields()
            .requiredString("text")
            .optionalLong("number")
            .endRecord();
    /** Says of its number that it is text, which the column cannot hold: the row keeps the bytes. */
    private static final Schema SECOND = SchemaBuilder.record("Event")
            .fields()
            .requiredString("text")
            .requiredString("number")
            .endRecord();

    private final JdbcCatalog catalog = new JdbcCatalog();
    private final Path folder;
    private final BronzeTables tables;
    private long announcements;

    BronzeLake(Path folder) {
        this.folder = folder;
        catalog.initialize(
                "lake",
                Map.of(
                        CatalogProperties.URI, "jdbc:sqlite:" + folder.resolve("catalog.db"),
                        CatalogProperties.WAREHOUSE_LOCATION,
                                folder.resolve("warehouse").toUri().toString(),
                        CatalogProperties.FILE_IO_IMPL, LocalFileIO.class.getName()));
        tables = new BronzeTables(catalog);
        tables.loadOrCreate(NAME);
    }

    Table table() {
        return catalog.loadTable(NAME);
    }

    static SourcePartition source(int partition) {
        return new SourcePartition("cluster", "topic-id", "events", partition);
    }

    GroupRewriter rewriter() {
        return new SuitingRewriter(
                new DuckRewriter(new DuckDbSettings("256MB", 2, folder.resolve("spill")), folder.resolve("rewrites")));
    }

    /** Writes the rows of a range, with one tombstone and one row that keeps its bytes, and commits nothing. */
    LandedFiles land(int partition, long from, long to) {
        try (PartitionWriter writer = new PartitionWriter(tables, NAME, LandingSpec.defaults(), () -> Instant.EPOCH)) {
            for (long offset = from; offset < to; offset++) {
                RecordPosition at = new RecordPosition("events", partition, offset, 1_700_000_000_000L + offset);
                byte[] key = {1, (byte) offset};
                if (offset == to - 1) {
                    writer.tombstone(at, key);
                } else if (offset == from) {
                    writer.land(at, key, 2, SECOND, value(SECOND, "second " + offset, "x" + offset), 5);
                } else {
                    writer.land(at, key, 1, FIRST, value(FIRST, "first " + offset, offset), 5);
                }
            }
            return writer.finish();
        }
    }

    BronzeCommit commit(int partition, long from, long to) {
        return commit(partition, from, to, land(partition, from, to));
    }

    BronzeCommit commit(int partition, long from, long to, LandedFiles landed) {
        return new BronzeCommitter(table())
                .commit(
                        List.of(new BronzeBatch(
                                new OffsetRange(source(partition), from, to),
                                announcements++,
                                new RangeCounts(landed.rows(), landed.tombstones(), 0),
                                landed.files())),
                        1);
    }

    private static byte[] value(Schema schema, String text, Object number) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[5]);
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        try {
            new GenericDatumWriter<>(schema)
                    .write(
                            new GenericRecordBuilder(schema)
                                    .set("text", text)
                                    .set("number", number)
                                    .build(),
                            encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    List<DataFile> files() {
        List<DataFile> files = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks =
                table().newScan().includeColumnStats().planFiles()) {
            tasks.forEach(task -> files.add(task.file().copy()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    /** Every row as text, sorted. */
    List<String> rows() {
        List<String> rows = new ArrayList<>();
        try (CloseableIterable<Record> read = IcebergGenerics.read(table()).build()) {
            for (Record row : read) {
                StringBuilder text = new StringBuilder();
                row.struct().fields().forEach(field -> {
                    Object value = row.getField(field.name());
                    text.append(field.name())
                            .append('=')
                            .append(
                                    value instanceof java.nio.ByteBuffer bytes
                                            ? List.of(bytes.hashCode(), bytes)
                                            : value)
                            .append(' ');
                });
                rows.add(text.toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows.stream().sorted().toList();
    }

    @Override
    public void close() {
        catalog.close();
    }
}
