package dev.sluice.app.twin;

import dev.sluice.app.kafka.KafkaFailures;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** One consumer for all rounds, since a new one each time would cost more than the records. Used by one thread. */
final class DeadLetterFeed implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaConsumer<byte[], byte[]> consumer;

    DeadLetterFeed(Map<String, Object> kafka) {
        kafka.putAll(Map.of(
                ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false",
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false"));
        this.consumer = new KafkaConsumer<>(kafka, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** The first offset that the partition still holds. */
    long start(TopicPartition partition) {
        return asked(() -> consumer.beginningOffsets(Set.of(partition)).getOrDefault(partition, 0L));
    }

    /** The offset up to which all transactions have ended. */
    long end(TopicPartition partition) {
        return asked(() -> consumer.endOffsets(Set.of(partition)).getOrDefault(partition, 0L));
    }

    /** Hands over the records of {@code [from, to)} in order. */
    void read(TopicPartition partition, long from, long to, Consumer<ConsumerRecord<byte[], byte[]>> records) {
        asked(() -> {
            consumer.assign(Set.of(partition));
            consumer.seek(partition, from);
            while (consumer.position(partition) < to) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (record.offset() < to) {
                        records.accept(record);
                    }
                }
            }
            return to;
        });
    }

    private static <T> T asked(Supplier<T> action) {
        try {
            return action.get();
        } catch (KafkaException e) {
            throw KafkaFailures.of("Cannot read dead letters", e);
        }
    }

    @Override
    public void close() {
        consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(2)));
    }
}
