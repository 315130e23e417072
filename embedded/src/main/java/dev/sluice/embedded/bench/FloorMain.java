package dev.sluice.embedded.bench;

import dev.sluice.app.config.ConfigFile;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.app.service.Catalogs;
import dev.sluice.schemas.framing.ConfluentFraming;
import dev.sluice.schemas.registry.SchemaRegistry;
import dev.sluice.sink.bronze.BronzeTables;
import dev.sluice.sink.land.LandedFiles;
import dev.sluice.sink.land.LandingMemory;
import dev.sluice.sink.land.PartitionWriter;
import dev.sluice.sink.land.RecordPosition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The floor: poll, decode, write, with the service's decoder, writer, rules and rhythm, but without Kafka Streams,
 * transactions, announcements and commits. Arguments: configuration, records to land. Prints the records done at the
 * end of each micro-batch, and at the end the files and bytes written.
 */
final class FloorMain {
    private final SluiceConfig config;
    private final SourceConfig source;
    private final BronzeTables tables;
    private final SchemaRegistry registry;
    private final Map<Integer, Schema> schemas = new HashMap<>();
    private final Map<Integer, PartitionWriter> writers = new HashMap<>();
    private final LandingMemory dictionaries = new LandingMemory();
    private long done;
    private long files;
    private long bytes;

    private FloorMain(SluiceConfig config, BronzeTables tables, SchemaRegistry registry) {
        this.config = config;
        this.source = config.sources().get(0);
        this.tables = tables;
        this.registry = registry;
    }

    public static void main(String[] arguments) {
        SluiceConfig config = ConfigFile.load(Path.of(arguments[0]), System.getenv());
        try (Catalogs catalogs = Catalogs.open(config.catalog());
                SchemaRegistry registry = SchemaRegistry.from(config.registry())) {
            new FloorMain(config, new BronzeTables(catalogs.catalog()), registry).run(Long.parseLong(arguments[1]));
        }
    }

    private void run(long events) {
        long micro = config.ingest().microBatch().toNanos();
        Map<String, Object> client =
                config.kafkaWith(Map.of("isolation.level", "read_committed", "max.poll.records", 1000));
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(source.topic()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long batchStart = System.nanoTime();
            while (done < events) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    land(record);
                    done++;
                }
                if (System.nanoTime() - batchStart > micro || done >= events) {
                    finish();
                    if (done < events) {
                        System.out.println("rows " + done);
                    }
                    batchStart = System.nanoTime();
                }
            }
        }
        System.out.printf("files %d bytes %d%nrows %d%n", files, bytes, done);
        awaitEnd();
    }

    /** Stays, so that its CPU time can still be read, until the parent ends it or is gone itself. */
    private static void awaitEnd() {
        try {
            while (System.in.read() >= 0) {
                // Nobody writes; the end of the input is what is waited for.
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void land(ConsumerRecord<byte[], byte[]> record) {
        PartitionWriter writer = writers.computeIfAbsent(record.partition(), partition -> writer());
        RecordPosition at = new RecordPosition(record.topic(), record.partition(), record.offset(), record.timestamp());
        byte[] value = record.value();
        if (value == null) {
            writer.tombstone(at, record.key());
        } else if (ConfluentFraming.isFramed(value)) {
            int id = ConfluentFraming.schemaId(value);
            Schema schema = schemas.computeIfAbsent(id, registry::byId);
            writer.land(at, record.key(), id, schema, value, ConfluentFraming.HEADER_LENGTH);
        }
    }

    private PartitionWriter writer() {
        return new PartitionWriter(
                tables,
                TableIdentifier.parse(source.table()),
                source.landingSpec(config.ingest().targetFileSize()),
                Clock.systemUTC(),
                dictionaries);
    }

    private void finish() {
        for (PartitionWriter writer : writers.values()) {
            LandedFiles landed = writer.finish();
            files += landed.files().size();
            bytes +=
                    landed.files().stream().mapToLong(DataFile::fileSizeInBytes).sum();
        }
        writers.clear();
    }
}
