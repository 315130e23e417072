package dev.sluice.embedded.demo;

import dev.sluice.sink.table.Namespaces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;

/** What many a pipeline does: every event that arrives is appended, and nobody asks whether it was there before. */
final class BlindTable {
    static final String NAME = "broken.order_events";
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.optional(1, "event_id", Types.StringType.get()),
            Types.NestedField.optional(2, "order_id", Types.StringType.get()),
            Types.NestedField.optional(3, "amount_cents", Types.LongType.get()));

    private final ProofPlatform platform;
    private final Map<Integer, Long> next = new HashMap<>();

    BlindTable(ProofPlatform platform) {
        this.platform = platform;
    }

    /** Appends the events that bronze gained since the last time. */
    void append() {
        Table bronze = platform.table(platform.config().sources().get(0).table());
        Table target = target();
        Map<Integer, Long> ends = new HashMap<>(next);
        DataFile file;
        try (CloseableIterable<Record> rows = IcebergGenerics.read(bronze)
                .select("event_id", "order_id", "amount_cents", "_kafka_partition", "_kafka_offset")
                .build()) {
            DataWriter<Record> writer = writer(target);
            try (writer) {
                for (Record row : rows) {
                    int partition = (Integer) row.getField("_kafka_partition");
                    long offset = (Long) row.getField("_kafka_offset");
                    ends.merge(partition, offset + 1, Math::max);
                    // A tombstone is no event.
                    if (row.getField("event_id") != null && offset >= next.getOrDefault(partition, 0L)) {
                        GenericRecord event = GenericRecord.create(SCHEMA);
                        SCHEMA.columns().forEach(field -> event.setField(field.name(), row.getField(field.name())));
                        writer.write(event);
                    }
                }
            }
            file = writer.toDataFile();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        next.putAll(ends);
        target.newAppend().appendFile(file).commit();
    }

    private Table target() {
        TableIdentifier identifier = TableIdentifier.parse(NAME);
        if (platform.catalog().tableExists(identifier)) {
            return platform.catalog().loadTable(identifier);
        }
        Namespaces.ensure(platform.catalog(), identifier.namespace());
        return platform.catalog().createTable(identifier, SCHEMA);
    }

    private static DataWriter<Record> writer(Table target) throws IOException {
        return Parquet.writeData(target.io()
                        .newOutputFile(target.locationProvider().newDataLocation(UUID.randomUUID() + ".parquet")))
                .forTable(target)
                .withSpec(target.spec())
                .createWriterFunc(GenericParquetWriter::create)
                .build();
    }
}
