package dev.sluice.app.ingest;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.app.dlq.DeadLetter;
import dev.sluice.app.retry.Backoff;
import dev.sluice.app.retry.Pause;
import dev.sluice.app.retry.Retry;
import dev.sluice.schemas.framing.ConfluentFraming;
import dev.sluice.schemas.registry.SchemaRegistry;
import dev.sluice.sink.land.Landed;
import dev.sluice.sink.land.LandingTables;
import dev.sluice.sink.land.PartitionWriter;
import dev.sluice.sink.land.RecordPosition;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Lands records that did not come through the live flow, by the same rules: who reads a topic on his own account gets
 * the same rows and the same rejections from it. Used by one thread.
 */
public final class RecordLander {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final String pipeline;
    private final LandingTarget target;
    private final WriterSchemas schemas;

    public RecordLander(
            SluiceConfig config,
            SourceConfig source,
            SchemaRegistry registry,
            LandingTables tables,
            InstantSource clock,
            Pause pause) {
        this.pipeline = config.name();
        this.target = new LandingTarget(source, tables, config.ingest().targetFileSize(), clock);
        this.schemas = new WriterSchemas(registry, target, new Retry(PATIENCE, Backoff.STANDARD, pause, clock), clock);
    }

    /** Creates the table if need be. */
    public void prepare() {
        target.prepare(() -> false);
    }

    /** A writer for the records of one partition. */
    public PartitionWriter open() {
        return target.open();
    }

    /**
     * Writes the record's row, or says why it is a dead letter.
     *
     * @throws dev.sluice.error.SluiceException when registry, catalog or storage stay away
     */
    public Optional<DeadLetter> land(PartitionWriter writer, ConsumerRecord<byte[], byte[]> record) {
        RecordPosition at = new RecordPosition(record.topic(), record.partition(), record.offset(), record.timestamp());
        byte[] value = record.value();
        if (value == null) {
            writer.tombstone(at, record.key());
            return Optional.empty();
        }
        WriterSchemas.Origin origin = schemas.writerOf(value);
        if (origin instanceof WriterSchemas.Origin.Unknown unknown) {
            return Optional.of(new DeadLetter(pipeline, at, unknown.schemaId(), unknown.rejected()));
        }
        WriterSchemas.Origin.Writer by = (WriterSchemas.Origin.Writer) origin;
        Landed landed =
                writer.land(at, record.key(), by.schemaId(), by.schema(), value, ConfluentFraming.HEADER_LENGTH);
        return landed instanceof Landed.Rejected rejected
                ? Optional.of(new DeadLetter(pipeline, at, by.schemaId(), rejected))
                : Optional.empty();
    }
}
