package dev.sluice.sink.land;

import dev.sluice.sink.bronze.BronzeTables;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.InternalReader;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.parquet.Parquet;

/** A catalog in memory with bronze tables, and what it takes to land into one and to read it back. */
final class BronzeFixture {
    static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    final InMemoryCatalog catalog = new InMemoryCatalog();
    final BronzeTables tables;
    final TableIdentifier name = TableIdentifier.of("bronze", "events");

    BronzeFixture() {
        catalog.initialize("test", Map.of());
        tables = new BronzeTables(catalog);
    }

    PartitionWriter writer(LandingSpec spec) {
        return new PartitionWriter(tables, name, spec, () -> NOW);
    }

    static RecordPosition at(long offset) {
        return new RecordPosition("events", 3, offset, 1_700_000_000_000L + offset);
    }

    /** Lands Avro bytes with the five bytes of framing in front. */
    static Landed land(PartitionWriter writer, long offset, int schemaId, Schema schema, byte[] avro) {
        return writer.land(at(offset), new byte[] {1, 2}, schemaId, schema, framed(avro), 5);
    }

    static byte[] framed(byte[] avro) {
        byte[] value = new byte[avro.length + 5];
        System.arraycopy(avro, 0, value, 5, avro.length);
        return value;
    }

    static byte[] encode(Schema schema, Object datum) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        try {
            new GenericDatumWriter<>(schema).write(datum, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    Table commit(LandedFiles landed) {
        Table table = catalog.loadTable(name);
        AppendFiles append = table.newAppend();
        landed.files().forEach(append::appendFile);
        append.commit();
        table.refresh();
        return table;
    }

    /** Finishes, commits and reads everything with Iceberg's generic reader, in offset order. */
    List<Record> finishAndRead(PartitionWriter writer) {
        return rows(commit(writer.finish()));
    }

    static List<Record> rows(Table table) {
        List<Record> rows = new ArrayList<>();
        try (CloseableIterable<Record> read = IcebergGenerics.read(table).build()) {
            read.forEach(rows::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        rows.sort((a, b) -> Long.compare(offset(a), offset(b)));
        return rows;
    }

    private static long offset(Record row) {
        return (Long) row.getField(BronzeColumns.OFFSET);
    }

    /** The rebuilt values of a file, in row order. */
    static List<byte[]> rebuilt(Table table, DataFile file, Map<Integer, Schema> writers) {
        List<byte[]> values = new ArrayList<>();
        BronzeRows rows = new BronzeRows(table.schema().asStruct());
        int idPosition = table.schema().columns().indexOf(table.schema().findField(BronzeColumns.SCHEMA_ID));
        try (CloseableIterable<StructLike> read = Parquet.read(table.io().newInputFile(file.location()))
                .project(table.schema())
                .createReaderFunc(fileSchema -> InternalReader.create(table.schema(), fileSchema))
                .build()) {
            for (StructLike row : read) {
                values.add(rows.rebuild(writers.get(row.get(idPosition, Integer.class)), row));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return values;
    }
}
