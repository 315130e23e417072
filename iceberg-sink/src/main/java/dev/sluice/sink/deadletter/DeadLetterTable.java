package dev.sluice.sink.deadletter;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.bronze.BronzeBatch;
import dev.sluice.sink.bronze.BronzeCommit;
import dev.sluice.sink.bronze.BronzeCommitter;
import dev.sluice.sink.land.BronzeColumns;
import dev.sluice.sink.land.RecordPosition;
import dev.sluice.sink.ledger.Ledger;
import dev.sluice.sink.ledger.LedgerEntry;
import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.ledger.RangeCounts;
import dev.sluice.sink.ledger.TableLedger;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.exceptions.RuntimeIOException;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;

/**
 * A table of dead letters. Ranges of a dead-letter topic are appended to it exactly once, by a ledger of its own in the
 * table's stamp: whoever offers a range again, or offers it late, finds it there.
 */
public final class DeadLetterTable {
    private static final String REPLAY_OF = "sluice.replay-of";

    private final Table table;
    private final InstantSource clock;

    private DeadLetterTable(Table table, InstantSource clock) {
        this.table = table;
        this.clock = clock;
    }

    /**
     * The table, created when missing.
     *
     * @throws SluiceException {@code SCHEMA_INVALID} when it is another kind of table, {@code CATALOG_UNAVAILABLE}
     */
    public static DeadLetterTable open(Catalog catalog, TableIdentifier name, InstantSource clock) {
        return new DeadLetterTable(DeadLetterTables.require(catalog, name), clock);
    }

    /** What the table holds of the dead-letter topic. */
    public Ledger ledger() {
        table.refresh();
        return TableLedger.read(table);
    }

    /**
     * Appends all dead letters of a range as one snapshot.
     *
     * @param range offsets of one partition of the dead-letter topic
     * @throws SluiceException as {@link BronzeCommitter#commit}; {@code COMMIT_CONFLICT} when another process landed a
     *     part of the range since the ledger was read; {@code STORAGE_FAILED}
     */
    public BronzeCommit append(OffsetRange range, List<DeadLetterRow> rows) {
        List<DataFile> files = rows.isEmpty() ? List.of() : List.of(write(range, rows));
        RangeCounts counts = new RangeCounts(rows.size(), 0, 0);
        try {
            return new BronzeCommitter(table)
                    .commit(List.of(new BronzeBatch(range, Ledger.NO_ANNOUNCEMENT, counts, files)), 0);
        } catch (SluiceException e) {
            throw overtaken(range, e);
        }
    }

    /** The range was read from the topic, not announced: one that others landed in part is simply to be read again. */
    private SluiceException overtaken(OffsetRange range, SluiceException failure) {
        if (failure.code() != ErrorCode.LEDGER_GAP) {
            return failure;
        }
        long held = ledger().entry(range.source()).map(LedgerEntry::to).orElse(range.from());
        return held > range.from() && held < range.to()
                ? new SluiceException(
                        ErrorCode.COMMIT_CONFLICT,
                        "[%s] Cannot append dead letters %s: another process landed those before offset %d meanwhile, expected the table to end at %d"
                                .formatted(table.name(), range, held, range.from()),
                        failure)
                : failure;
    }

    private DataFile write(OffsetRange range, List<DeadLetterRow> rows) {
        Schema schema = table.schema();
        String location = table.locationProvider()
                .newDataLocation("%s-%05d-%019d-%s.parquet"
                        .formatted(
                                range.source().topic(), range.source().partition(), range.from(), UUID.randomUUID()));
        OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
        try {
            DataWriter<Record> writer = Parquet.writeData(
                            table.encryption().encrypt(table.io().newOutputFile(location)))
                    .forTable(table)
                    .schema(schema)
                    .withSpec(PartitionSpec.unpartitioned())
                    .createWriterFunc(message -> GenericParquetWriter.create(schema, message))
                    .build();
            try (writer) {
                for (DeadLetterRow row : rows) {
                    writer.write(record(schema, row, now));
                }
            }
            return writer.toDataFile();
        } catch (IOException | RuntimeIOException e) {
            throw new SluiceException(
                    ErrorCode.STORAGE_FAILED,
                    "[" + table.name() + "] Cannot write data file " + location + ": " + e.getMessage(),
                    e);
        }
    }

    private static Record record(Schema schema, DeadLetterRow row, OffsetDateTime now) {
        RecordPosition original = row.original();
        GenericRecord record = GenericRecord.create(schema);
        record.setField("reason", row.reason());
        record.setField("detail", row.detail());
        record.setField("schema_id", row.schemaId());
        record.setField("value", row.value());
        record.setField("value_bytes", row.bytes());
        record.setField("headers", row.headers());
        ByteBuffer replayOf = row.headers().get(REPLAY_OF);
        record.setField(
                "replay_of",
                replayOf == null
                        ? null
                        : StandardCharsets.UTF_8.decode(replayOf.duplicate()).toString());
        record.setField(BronzeColumns.TOPIC, original.topic());
        record.setField(BronzeColumns.PARTITION, original.partition());
        record.setField(BronzeColumns.OFFSET, original.offset());
        record.setField(
                BronzeColumns.TIMESTAMP,
                Instant.ofEpochMilli(original.timestampMillis()).atOffset(ZoneOffset.UTC));
        record.setField(BronzeColumns.KEY, row.key());
        record.setField(DeadLetterColumns.DLQ_TOPIC, row.dlqTopic());
        record.setField(DeadLetterColumns.DLQ_PARTITION, row.dlqPartition());
        record.setField(DeadLetterColumns.DLQ_OFFSET, row.dlqOffset());
        record.setField(BronzeColumns.INGESTED_AT, now);
        return record;
    }
}
