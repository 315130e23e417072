package dev.sluice.embedded.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
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
    private long seen = -1;

    BlindTable(ProofPlatform platform) {
        this.platform = platform;
    }

    /** Appends the events that bronze gained since the last time. */
    void append() {
        Table bronze = platform.table(platform.config().sources().get(0).table());
        Snapshot now = bronze.currentSnapshot();
        Table target = target();
        DataWriter<Record> writer = writer(target);
        try (writer;
                CloseableIterable<Record> rows = IcebergGenerics.read(bronze)
                        .select("event_id", "order_id", "amount_cents", "_kafka_partition", "_kafka_offset")
                        .build()) {
            for (Record row : rows) {
                if (row.getField("event_id") != null && isNew(row)) {
                    GenericRecord event = GenericRecord.create(SCHEMA);
                    SCHEMA.columns().forEach(field -> event.setField(field.name(), row.getField(field.name())));
                    writer.write(event);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        DataFile file = writer.toDataFile();
        AppendFiles append = target.newAppend();
        append.appendFile(file).commit();
        seen = now.snapshotId();
        remember(bronze);
    }
}
