package dev.sluice.app.backfill;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.app.dlq.DeadLetter;
import dev.sluice.app.dlq.DeadLetterHeaders;
import dev.sluice.app.kafka.Cluster;
import dev.sluice.app.retry.Backoff;
import dev.sluice.app.retry.Pause;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends the dead letters of backfills of one source, each offset once, whoever sends it. All backfills of the source
 * share one transactional id: who begins to send shuts out everybody else's open transaction, reads which letters are
 * there, and as long as it is not shut out itself, no other letter can have come.
 */
final class DeadLetterSender implements AutoCloseable {
    private static final int LARGEST_REQUEST = 64 << 20;
    private static final int ATTEMPTS = 20;
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

    private final SluiceConfig config;
    private final SourceConfig source;
    private final String backfillId;
    private final Cluster cluster;
    private final DeadOffsets dead;
    private final Pause pause;
    private @Nullable Producer<byte[], byte[]> producer;
    private int partitions;

    DeadLetterSender(
            SluiceConfig config,
            SourceConfig source,
            String backfillId,
            Cluster cluster,
            DeadOffsets dead,
            Pause pause) {
        this.config = config;
        this.source = source;
        this.backfillId = backfillId;
        this.cluster = cluster;
        this.dead = dead;
        this.pause = pause;
    }

    /** A rejected record and what is said of it. */
    record Letter(ConsumerRecord<byte[], byte[]> record, DeadLetter reason) {}

    /**
     * Sends those that are not in the topic, in one transaction.
     *
     * @return those that were sent
     * @throws SluiceException {@code KAFKA_UNAVAILABLE}; sending again is safe
     */
    List<Letter> send(List<Letter> letters) {
        for (int attempt = 1; ; attempt++) {
            try {
                return sendOnce(letters);
            } catch (ProducerFencedException | InvalidProducerEpochException e) {
                close();
                if (attempt == ATTEMPTS || !pause.await(Backoff.STANDARD.after(attempt))) {
                    throw failed(e);
                }
            } catch (KafkaException e) {
                close();
                throw failed(e);
            }
        }
    }

    private List<Letter> sendOnce(List<Letter> letters) {
        Producer<byte[], byte[]> open = open();
        List<Letter> missing = letters.stream()
                .filter(letter -> !dead.contains(
                        letter.record().partition(), letter.record().offset()))
                .toList();
        if (missing.isEmpty()) {
            return missing;
        }
        open.beginTransaction();
        for (Letter letter : missing) {
            ConsumerRecord<byte[], byte[]> record = letter.record();
            Headers headers = letter.reason().headers(record.headers(), DeadLetterSender.class.getName());
            headers.add(DeadLetterHeaders.BACKFILL_ID, backfillId.getBytes(StandardCharsets.UTF_8));
            var unused = open.send(new ProducerRecord<>(
                    source.dlq(),
                    record.partition() % partitions,
                    record.timestamp(),
                    record.key(),
                    record.value(),
                    headers));
        }
        open.commitTransaction();
        missing.forEach(
                letter -> dead.add(letter.record().partition(), letter.record().offset()));
        return missing;
    }

    private Producer<byte[], byte[]> open() {
        Producer<byte[], byte[]> known = producer;
        if (known != null) {
            return known;
        }
        partitions = cluster.requireTopic(source.dlq()).partitions();
        Producer<byte[], byte[]> created = new KafkaProducer<>(
                config.kafkaWith(Map.of(
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        config.applicationId() + "-backfill-" + source.name(),
                        ProducerConfig.COMPRESSION_TYPE_CONFIG,
                        "zstd",
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        Integer.toString(LARGEST_REQUEST))),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        producer = created;
        created.initTransactions();
        dead.refresh();
        return created;
    }

    private SluiceException failed(KafkaException e) {
        return new SluiceException(
                ErrorCode.KAFKA_UNAVAILABLE,
                "Cannot send dead letters to %s: %s: %s"
                        .formatted(source.dlq(), e.getClass().getSimpleName(), e.getMessage()),
                e);
    }

    @Override
    public void close() {
        Producer<byte[], byte[]> open = producer;
        producer = null;
        if (open != null) {
            open.close(CLOSE_PATIENCE);
        }
    }
}
