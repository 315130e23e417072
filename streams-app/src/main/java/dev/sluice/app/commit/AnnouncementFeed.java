package dev.sluice.app.commit;

import dev.sluice.app.announce.Announcement;
import dev.sluice.app.announce.AnnouncementCodec;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.kafka.Connections;
import dev.sluice.app.kafka.KafkaFailures;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * The announcement topic as read by one member of the committer group. Whoever owns the partition leads. No offsets are
 * committed to Kafka: the tables' ledgers say what is done. Used by one thread, except {@link #wakeup()}.
 */
final class AnnouncementFeed implements AutoCloseable {
    private static final TopicPartition PARTITION = new TopicPartition(SluiceConfig.ANNOUNCEMENT_TOPIC, 0);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(3);

    private final String pipeline;
    private final Consumer<byte[], byte[]> consumer;
    private final AnnouncementCodec codec = new AnnouncementCodec();
    private @Nullable Leadership leadership;

    AnnouncementFeed(SluiceConfig config) {
        this.pipeline = config.name();
        this.consumer = new KafkaConsumer<>(
                config.kafkaWith(Map.of(
                        ConsumerConfig.GROUP_ID_CONFIG, config.committerGroup(),
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none",
                        ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                                config.kafka().getOrDefault(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, "10000"))),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.subscribe(List.of(PARTITION.topic()), new Owner());
    }

    /** The leadership that this member holds now, or null. */
    @Nullable
    Leadership leadership() {
        return leadership;
    }

    /**
     * Goes on reading at an offset; before that, a new leader reads nothing.
     *
     * @throws SluiceException {@code SOURCE_RECREATED} when the topic ends before it
     */
    void seek(long offset) {
        long start = offset(consumer.beginningOffsets(List.of(PARTITION)));
        long end = offset(consumer.endOffsets(List.of(PARTITION)));
        if (offset > end) {
            throw new SluiceException(
                    ErrorCode.SOURCE_RECREATED,
                    "[" + PARTITION + "@" + offset
                            + "] Cannot go on reading announcements: the tables hold later ones than the topic, expected its end at "
                            + offset + " or later, found " + end
                            + ". The topic was made anew or belongs to another cluster.");
        }
        consumer.seek(PARTITION, Math.max(offset, start));
        consumer.resume(List.of(PARTITION));
    }

    void pause() {
        consumer.pause(List.of(PARTITION));
    }

    void resume() {
        consumer.resume(List.of(PARTITION));
    }

    /** New announcements of this pipeline; also lets the group see that this member is alive. */
    List<AnnouncedBatch> poll(Duration wait) {
        List<AnnouncedBatch> batches = new ArrayList<>();
        try {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
                Announcement announcement = decode(record);
                if (announcement.pipeline().equals(pipeline)) {
                    batches.add(new AnnouncedBatch(record.offset(), announcement));
                }
            }
        } catch (WakeupException e) {
            return batches;
        } catch (KafkaException e) {
            throw KafkaFailures.of("[" + PARTITION + "] Cannot read announcements", e);
        }
        return batches;
    }

    /** Announcements in the topic that were not read yet, empty while that is not known. */
    OptionalLong lag() {
        return leadership == null ? OptionalLong.empty() : consumer.currentLag(PARTITION);
    }

    /** Whether a connection to any broker is open. */
    boolean isConnected() {
        return Connections.anyOpen(consumer.metrics().values());
    }

    void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        Leadership held = leadership;
        if (held != null) {
            held.lose();
        }
        consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(CLOSE_PATIENCE));
    }

    private Announcement decode(ConsumerRecord<byte[], byte[]> record) {
        try {
            return codec.fromBytes(record.value());
        } catch (SluiceException e) {
            throw new SluiceException(e.code(), "[" + PARTITION + "@" + record.offset() + "] " + e.getMessage(), e);
        }
    }

    private static long offset(Map<TopicPartition, Long> offsets) {
        Long offset = offsets.get(PARTITION);
        return offset == null ? 0 : offset;
    }

    private final class Owner implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            if (partitions.contains(PARTITION)) {
                leadership = new Leadership(consumer.groupMetadata().generationId());
                // A position, so that none is looked up; the leader moves it before it resumes.
                consumer.seek(PARTITION, 0);
                consumer.pause(List.of(PARTITION));
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            Leadership held = leadership;
            if (held != null && partitions.contains(PARTITION)) {
                held.lose();
                leadership = null;
            }
        }
    }
}
