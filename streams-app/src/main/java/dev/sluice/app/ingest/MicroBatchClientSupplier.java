package dev.sluice.app.ingest;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * Gives Kafka Streams a {@link MicroBatchProducer} for each thread, under a transactional id that stays the same over
 * restarts: a restarted process then fences its predecessor's open transaction at once instead of waiting for its
 * timeout. Kafka Streams itself would take a random id, because the topology keeps no state on disk.
 */
final class MicroBatchClientSupplier implements KafkaClientSupplier {
    private final String transactionalIdPrefix;
    private final Function<Map<String, Object>, Producer<byte[], byte[]>> producers;

    /**
     * Makes clients for one process.
     *
     * @param applicationId of Kafka Streams
     * @param instance stable name of the process
     */
    MicroBatchClientSupplier(
            String applicationId, String instance, Function<Map<String, Object>, Producer<byte[], byte[]>> producers) {
        this.transactionalIdPrefix = applicationId + "-" + instance + "-";
        this.producers = producers;
    }

    @Override
    public Admin getAdmin(Map<String, Object> config) {
        return Admin.create(config);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        Map<String, Object> stable = new HashMap<>(config);
        stable.computeIfPresent(
                ProducerConfig.TRANSACTIONAL_ID_CONFIG, (key, id) -> transactionalIdPrefix + threadIndex(id));
        return producers.apply(stable);
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        return consumer(config);
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        return consumer(config);
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        return consumer(config);
    }

    private static Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Kafka Streams' own ids end with the index of the thread. */
    private static String threadIndex(Object transactionalId) {
        String id = transactionalId.toString();
        return id.substring(id.lastIndexOf('-') + 1);
    }
}
