package dev.sluice.load;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.schemas.registry.SchemaRegistry;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Produces loads to a topic: idempotent, acknowledged by all replicas, and in order within each partition, so that a
 * load that was cut off can be resumed where each partition ends.
 */
public final class KafkaLoad {
    /** Longer than any broker is away that is expected to come back. */
    private static final int TRANSACTION_TIMEOUT_MILLIS = 300_000;

    private final Map<String, Object> properties;
    private final String topic;
    private final InstantSource clock;

    /**
     * @param kafkaProperties of a Kafka client; what promises order and idempotence is set on top, tuning is kept
     * @param clock paces and times the load
     */
    public KafkaLoad(Map<String, String> kafkaProperties, String topic, InstantSource clock) {
        this.properties = Map.copyOf(kafkaProperties);
        this.topic = topic;
        this.clock = clock;
    }

    /**
     * Creates the topic when it is missing, kept for ever, and checks that it can take the load.
     *
     * @throws SluiceException {@link ErrorCode#USAGE} when it has other partitions, or would delete the events on
     *     arrival; {@link ErrorCode#KAFKA_UNAVAILABLE} when the cluster does not answer
     */
    public void ensureTopic(LoadSpec spec) {
        try (Admin admin = admin()) {
            new LoadTopic(admin, topic, cluster()).ensure(spec, clock.instant());
        }
    }

    /** As {@link #ensureTopic(LoadSpec)}, for customers. */
    public void ensureTopic(CustomerSpec spec) {
        try (Admin admin = admin()) {
            new LoadTopic(admin, topic, cluster()).ensure(spec.partitions(), spec.clock(), clock.instant());
        }
    }

    /**
     * What every partition of an existing topic holds, to be skipped when this load, and nothing else, was produced to
     * it before.
     *
     * @throws SluiceException {@link ErrorCode#USAGE} when records were deleted from the topic
     */
    public Skip alreadyThere(LoadSpec spec) {
        try (Admin admin = admin()) {
            return new LoadTopic(admin, topic, cluster()).alreadyThere(spec);
        }
    }

    /**
     * Produces the records of the load that are not skipped, and returns when all are acknowledged.
     *
     * @param progress called on the calling thread, about four times a second and once at the end
     * @throws SluiceException {@link ErrorCode#KAFKA_UNAVAILABLE} when a record was not acknowledged; the partitions
     *     then hold a prefix of the load each, and {@link #alreadyThere} tells where to resume
     */
    public LoadSummary produce(LoadSpec spec, SchemaIds ids, Skip skip, Consumer<LoadProgress> progress) {
        try (Producer<byte[], byte[]> producer = producer()) {
            return new RecordSender(producer, topic, clock).send(spec, ids, skip, progress);
        }
    }

    /**
     * Produces a load in transactions: whoever reads what is committed finds each record once, also when brokers go
     * away meanwhile. Not resumed.
     *
     * @param transactionalId of nobody else
     * @throws SluiceException {@link ErrorCode#KAFKA_UNAVAILABLE} when a transaction cannot be committed
     */
    public void produceInTransactions(
            LoadSpec spec, SchemaIds ids, String transactionalId, Consumer<LoadProgress> progress) {
        Map<String, Object> config = Map.of(
                ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId,
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MILLIS);
        try (Producer<byte[], byte[]> producer = producer(config)) {
            producer.initTransactions();
            new TransactionalSender(producer, topic, clock).send(spec, ids, progress);
        } catch (TimeoutException e) {
            throw new SluiceException(
                    ErrorCode.KAFKA_UNAVAILABLE,
                    "Cannot produce to topic %s: %s, expected %s to begin transactions"
                            .formatted(topic, e.getMessage(), cluster()),
                    e);
        }
    }

    private String cluster() {
        return String.valueOf(properties.get("bootstrap.servers"));
    }

    /**
     * Produces customers and returns when all are acknowledged. Not resumed, because producing them again is harmless.
     *
     * @return how many records
     * @throws SluiceException {@link ErrorCode#KAFKA_UNAVAILABLE} when a record was not acknowledged
     */
    public long produce(CustomerSpec spec, SchemaRegistry registry) {
        try (Producer<byte[], byte[]> producer = producer()) {
            return new CustomerLoad(producer, topic).produce(spec, registry);
        }
    }

    private Admin admin() {
        try {
            return Admin.create(properties);
        } catch (KafkaException e) {
            throw notConnected(e);
        }
    }

    private Producer<byte[], byte[]> producer() {
        return producer(Map.of());
    }

    private Producer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>(properties);
        config.putAll(more);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        // One request at a time. A partition without a leader refuses the first batch; were the second one on its way,
        // a leader that starts in between would take it, as it knows no sequence yet, and never the first one again.
        config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "1");
        config.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        config.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, "262144");
        config.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, "20");
        try {
            return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        } catch (KafkaException e) {
            throw notConnected(e);
        }
    }

    private static SluiceException notConnected(KafkaException e) {
        Throwable reason = e.getCause() == null ? e : e.getCause();
        if (SendFailure.quotesCredentials(e)) {
            // The parser's message quotes what it stumbled over, which may be the password: neither shown nor chained.
            return new SluiceException(
                    ErrorCode.CONFIG_INVALID,
                    "Cannot use the Kafka connection: kafka.sasl.jaas.config cannot be read, expected '<login module>"
                            + " required username=\"...\" password=\"...\";', found other text (not shown)");
        }
        return new SluiceException(
                ErrorCode.CONFIG_INVALID,
                "Cannot use the Kafka connection: " + reason.getMessage()
                        + ", expected the properties of a Kafka client",
                e);
    }
}
