package dev.sluice.app.replay;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.app.dlq.Position;
import dev.sluice.app.fault.FaultPoint;
import dev.sluice.app.fault.Faults;
import dev.sluice.app.kafka.Cluster;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Puts dead letters of one topic back, each together with its marker in one Kafka transaction.
 *
 * <p>There is one transactional id per dead-letter topic. Opening a replayer ends whatever an earlier one left open,
 * and locks out one that still runs; so the markers read after that are all there will ever be beside those that this
 * replayer writes itself, and looking them up before sending is enough.
 */
final class Replayer implements AutoCloseable {
    /** How long a replay that was killed may hide what others commit, where nobody opens the next one. */
    static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(30);

    private static final String LARGEST_REQUEST = Integer.toString(48 << 20);
    private static final String BUFFER = Integer.toString(64 << 20);

    private final SourceConfig source;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Faults faults;
    private final InstantSource clock;

    private Replayer(SourceConfig source, KafkaProducer<byte[], byte[]> producer, Faults faults, InstantSource clock) {
        this.source = source;
        this.producer = producer;
        this.faults = faults;
        this.clock = clock;
    }

    /** Creates the marker topic if need be, and locks out every other replay of the source's dead letters. */
    static Replayer open(SluiceConfig config, SourceConfig source, Faults faults, InstantSource clock) {
        try (Cluster cluster = Cluster.open(config.kafka())) {
            ReplayMarkers.ensure(cluster, cluster.requireTopic(source.topic()).replication());
        }
        KafkaProducer<byte[], byte[]> producer = null;
        try {
            producer = new KafkaProducer<>(
                    config.kafkaWith(Map.of(
                            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                            "sluice-replay-" + source.dlq(),
                            ProducerConfig.ACKS_CONFIG,
                            "all",
                            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                            LARGEST_REQUEST,
                            ProducerConfig.BUFFER_MEMORY_CONFIG,
                            BUFFER)),
                    new ByteArraySerializer(),
                    new ByteArraySerializer());
            producer.initTransactions();
            return new Replayer(source, producer, faults, clock);
        } catch (KafkaException e) {
            if (producer != null) {
                producer.close(Duration.ZERO);
            }
            throw failed(source, e);
        }
    }

    /**
     * Puts records back, all or none.
     *
     * @throws SluiceException {@code KAFKA_UNAVAILABLE} when the outcome is a failure or unknown,
     *     {@code COMMIT_CONFLICT} when another replay of these dead letters was started meanwhile; either way a new
     *     replay finds out what was done
     */
    List<ReplayMarker> putBack(List<PutBack> batch) {
        try {
            producer.beginTransaction();
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            batch.forEach(one -> sent.add(producer.send(one.record())));
            producer.flush();
            List<ReplayMarker> markers = new ArrayList<>();
            for (int i = 0; i < batch.size(); i++) {
                markers.add(marker(batch.get(i), sent.get(i)));
            }
            List<Future<RecordMetadata>> marked = new ArrayList<>();
            for (ReplayMarker marker : markers) {
                marked.add(producer.send(new ProducerRecord<>(ReplayMarkers.TOPIC, marker.key(), marker.value())));
            }
            producer.flush();
            for (Future<RecordMetadata> one : marked) {
                acknowledged(one);
            }
            faults.pass(FaultPoint.BEFORE_REPLAY_COMMIT);
            producer.commitTransaction();
            faults.pass(FaultPoint.AFTER_REPLAY_COMMIT);
            return markers;
        } catch (KafkaException e) {
            throw failed(source, e);
        } catch (ExecutionException e) {
            throw failed(source, e.getCause() instanceof KafkaException known ? known : new KafkaException(e));
        }
    }

    private ReplayMarker marker(PutBack one, Future<RecordMetadata> sent) throws ExecutionException {
        RecordMetadata metadata = acknowledged(sent);
        return new ReplayMarker(
                source.dlq(),
                one.letter().position(),
                new Position(metadata.topic(), metadata.partition(), metadata.offset()),
                one.count(),
                one.patchedSchemaId(),
                clock.instant());
    }

    private static RecordMetadata acknowledged(Future<RecordMetadata> sent) throws ExecutionException {
        try {
            return sent.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
    }

    private static SluiceException failed(SourceConfig source, KafkaException e) {
        if (e instanceof ProducerFencedException || e instanceof InvalidProducerEpochException) {
            return new SluiceException(
                    ErrorCode.COMMIT_CONFLICT,
                    "[" + source.dlq()
                            + "] Cannot go on replaying: another replay of these dead letters was started, which takes over",
                    e);
        }
        return new SluiceException(
                ErrorCode.KAFKA_UNAVAILABLE,
                "[" + source.dlq() + "] Cannot put dead letters back: " + e.getMessage()
                        + ". It is safe to run the replay again: what was put back is recognised.",
                e);
    }

    /** Ends at once; a transaction that is open is ended by the next replayer or by its timeout. */
    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
