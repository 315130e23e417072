package dev.sluice.app.kafka;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads ranges of a topic as any consumer sees them: committed records only, by a group-less reader. */
public final class TopicReader {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration STALLED = Duration.ofSeconds(60);
    /** What is read up to an end is there already; a fetch behind the end would only hold up the reader's close. */
    private static final String NO_WAIT_MILLIS = "10";

    private final Map<String, Object> kafka;
    private final InstantSource clock;

    public TopicReader(Map<String, String> kafka, InstantSource clock) {
        this.kafka = new HashMap<>(kafka);
        this.kafka.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        this.kafka.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        this.kafka.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        this.clock = clock;
    }

    /** The log start offsets of a topic's partitions. */
    public Map<TopicPartition, Long> starts(Set<TopicPartition> partitions) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            return consumer.beginningOffsets(partitions);
        } catch (KafkaException e) {
            throw unavailable(e);
        }
    }

    /** The last stable offsets of a topic's partitions. */
    public Map<TopicPartition, Long> ends(String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            Set<TopicPartition> partitions = new HashSet<>();
            consumer.partitionsFor(topic)
                    .forEach(info -> partitions.add(new TopicPartition(info.topic(), info.partition())));
            return consumer.endOffsets(partitions);
        } catch (KafkaException e) {
            throw unavailable(e);
        }
    }

    /** Hands over every record with {@code from <= offset < to}, partition by partition in order. */
    public void read(
            Map<TopicPartition, Long> from,
            Map<TopicPartition, Long> to,
            Consumer<ConsumerRecord<byte[], byte[]>> records) {
        try (KafkaConsumer<byte[], byte[]> consumer =
                consumer(Map.of(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, NO_WAIT_MILLIS))) {
            Set<TopicPartition> open = new HashSet<>();
            to.forEach((partition, end) -> {
                if (from.getOrDefault(partition, 0L) < end) {
                    open.add(partition);
                }
            });
            consumer.assign(open);
            open.forEach(partition -> consumer.seek(partition, from.getOrDefault(partition, 0L)));
            long stalledAt = clock.millis() + STALLED.toMillis();
            while (!open.isEmpty()) {
                var polled = consumer.poll(POLL);
                for (ConsumerRecord<byte[], byte[]> record : polled) {
                    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                    if (record.offset() < to.getOrDefault(partition, 0L)) {
                        records.accept(record);
                    }
                }
                boolean closed =
                        open.removeIf(partition -> consumer.position(partition) >= to.getOrDefault(partition, 0L));
                if (closed) {
                    consumer.assign(open);
                }
                if (closed || !polled.isEmpty()) {
                    stalledAt = clock.millis() + STALLED.toMillis();
                } else if (clock.millis() > stalledAt) {
                    throw new SluiceException(
                            ErrorCode.KAFKA_UNAVAILABLE,
                            "Cannot read %s to their ends: no record in %d s, expected to reach %s"
                                    .formatted(open, STALLED.toSeconds(), to));
                }
            }
        } catch (KafkaException e) {
            throw unavailable(e);
        }
    }

    /**
     * Hands over every record of the topics as it arrives, until the consumer answers false or the thread is
     * interrupted.
     *
     * @param fromBeginning whether to begin with the oldest record rather than with the next one
     * @param begun is run once, when every record that arrives from then on will be handed over
     */
    public void follow(
            Set<String> topicNames,
            boolean fromBeginning,
            Runnable begun,
            Predicate<ConsumerRecord<byte[], byte[]>> records) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            Set<TopicPartition> partitions = new HashSet<>();
            topicNames.forEach(topic -> consumer.partitionsFor(topic)
                    .forEach(info -> partitions.add(new TopicPartition(info.topic(), info.partition()))));
            consumer.assign(partitions);
            if (fromBeginning) {
                consumer.seekToBeginning(partitions);
            } else {
                consumer.seekToEnd(partitions);
            }
            // A seek is only done when the position is asked for.
            partitions.forEach(consumer::position);
            begun.run();
            while (!Thread.currentThread().isInterrupted()) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (!records.test(record)) {
                        return;
                    }
                }
            }
        } catch (InterruptException e) {
            Thread.currentThread().interrupt();
        } catch (KafkaException e) {
            throw unavailable(e);
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return consumer(Map.of());
    }

    private KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>(kafka);
        config.putAll(more);
        try {
            return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        } catch (KafkaException e) {
            throw KafkaFailures.notMade(servers(), e);
        }
    }

    private String servers() {
        return String.valueOf(kafka.get(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG));
    }

    private SluiceException unavailable(KafkaException e) {
        return KafkaFailures.of("Cannot read from Kafka at " + servers(), e);
    }
}
