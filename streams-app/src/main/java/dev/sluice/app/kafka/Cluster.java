package dev.sluice.app.kafka;

import dev.sluice.app.retry.Backoff;
import dev.sluice.app.retry.Pause;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * A Kafka cluster seen through its admin calls. Every call blocks until it is answered, and throws
 * {@code KAFKA_UNAVAILABLE} when it is not, or {@code KAFKA_REFUSED} when the cluster does not let us. Safe for use by
 * several threads.
 */
public final class Cluster implements AutoCloseable {
    private static final long ANSWER_SECONDS = 30;
    private static final int APPEARS_SECONDS = 3;
    private static final Instant LATEST = Instant.ofEpochMilli(Long.MAX_VALUE);

    private final Admin admin;
    private final String name;

    private Cluster(Admin admin, String name) {
        this.admin = admin;
        this.name = name;
    }

    /**
     * Opens a client with the properties of a configuration's {@code kafka} section.
     *
     * @throws SluiceException {@code CONFIG_INVALID} for properties that no client takes
     */
    public static Cluster open(Map<String, String> kafka) {
        Map<String, Object> properties = new HashMap<>(kafka);
        String servers = kafka.getOrDefault(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, "");
        try {
            return new Cluster(Admin.create(properties), servers);
        } catch (org.apache.kafka.common.KafkaException e) {
            throw KafkaFailures.notMade(servers, e);
        }
    }

    /** The id that the cluster gave itself. */
    public String id() {
        return answer("describe", "the cluster", admin.describeCluster().clusterId());
    }

    /** The topic, or nothing when there is none of that name. */
    public Optional<TopicFacts> topic(String topic) {
        Map<String, TopicDescription> descriptions;
        try {
            descriptions = await(admin.describeTopics(List.of(topic)).allTopicNames());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw failed("describe", "topic " + topic, e);
        }
        TopicDescription description = Objects.requireNonNull(descriptions.get(topic));
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Map<ConfigResource, Config> configs = answer(
                "describe",
                "topic " + topic,
                admin.describeConfigs(List.of(resource)).all());
        String maxMessageBytes = Objects.requireNonNull(configs.get(resource))
                .get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG)
                .value();
        int replication = description.partitions().stream()
                .map(TopicPartitionInfo::replicas)
                .mapToInt(List::size)
                .min()
                .orElse(1);
        return Optional.of(new TopicFacts(
                topic,
                description.topicId().toString(),
                description.partitions().size(),
                (short) replication,
                Integer.parseInt(maxMessageBytes)));
    }

    /**
     * The topic, which must be there. A topic that was created a moment ago is not known to every broker yet, so a
     * missing one is looked for again for {@value #APPEARS_SECONDS} seconds.
     *
     * @throws SluiceException {@code TOPIC_MISSING}
     */
    public TopicFacts requireTopic(String topic) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(APPEARS_SECONDS);
        Optional<TopicFacts> found = topic(topic);
        for (int looks = 1; found.isEmpty() && System.nanoTime() < deadline; looks++) {
            if (!new Pause().await(Backoff.STANDARD.after(looks))) {
                break;
            }
            found = topic(topic);
        }
        return found.orElseThrow(() -> new SluiceException(
                ErrorCode.TOPIC_MISSING,
                "Cannot use topic " + topic + ": the cluster at " + name
                        + " has none of that name, expected it to be created before the service starts"));
    }

    /** Creates a topic unless it is there, with whatever shape. */
    public void createTopic(String topic, int partitions, short replication, Map<String, String> configs) {
        NewTopic newTopic = new NewTopic(topic, partitions, replication).configs(configs);
        try {
            await(admin.createTopics(List.of(newTopic)).all());
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw failed("create", "topic " + topic, e);
            }
        }
    }

    /**
     * The offset that a group has committed, once no transaction that would change it is open.
     *
     * @return nothing when it never committed one
     * @throws SluiceException {@code KAFKA_UNAVAILABLE} also while such a transaction is open
     */
    public Optional<Long> committed(String group, TopicPartition partition) {
        Map<TopicPartition, OffsetAndMetadata> offsets = answer(
                "read offsets of",
                "group " + group,
                admin.listConsumerGroupOffsets(
                                Map.of(group, new ListConsumerGroupOffsetsSpec().topicPartitions(List.of(partition))),
                                new ListConsumerGroupOffsetsOptions().requireStable(true))
                        .partitionsToOffsetAndMetadata(group));
        if (!offsets.containsKey(partition)) {
            throw new SluiceException(
                    ErrorCode.KAFKA_UNAVAILABLE,
                    "[" + partition + "] Cannot read the committed offset of group " + group
                            + ": a transaction that changes it is still open");
        }
        return Optional.ofNullable(offsets.get(partition)).map(OffsetAndMetadata::offset);
    }

    /** Whether a group has ever committed an offset of the partition, open transactions aside. */
    public boolean everCommitted(String group, TopicPartition partition) {
        Map<TopicPartition, OffsetAndMetadata> offsets = answer(
                "read offsets of",
                "group " + group,
                admin.listConsumerGroupOffsets(
                                Map.of(group, new ListConsumerGroupOffsetsSpec().topicPartitions(List.of(partition))))
                        .partitionsToOffsetAndMetadata(group));
        return offsets.get(partition) != null;
    }

    /** The first offset that the partition still holds. */
    public long logStart(TopicPartition partition) {
        return offsets(partition, OffsetSpec.earliest());
    }

    /** The offset after the last record that readers of committed records may see. */
    public long logEnd(TopicPartition partition) {
        return offsets(partition, OffsetSpec.latest());
    }

    /**
     * By partition, the offset of the first record that is not older than a time; the end of the log where there is no
     * such record.
     */
    public Map<TopicPartition, Long> offsetsAt(Set<TopicPartition> partitions, Instant time) {
        Map<TopicPartition, DatedOffset> found = notOlder(partitions, time);
        Map<TopicPartition, Long> offsets = new HashMap<>();
        partitions.forEach(partition -> {
            DatedOffset record = found.get(partition);
            offsets.put(partition, record == null ? logEnd(partition) : record.offset());
        });
        return offsets;
    }

    /**
     * By partition, the first record that is not older than a time, in the order of the log; partitions without one are
     * left out. One request.
     */
    public Map<TopicPartition, DatedOffset> notOlder(Set<TopicPartition> partitions, Instant time) {
        // To a broker negative numbers mean other things than times.
        Instant asked = time.isBefore(Instant.EPOCH) ? Instant.EPOCH : time.isAfter(LATEST) ? LATEST : time;
        long whole = asked.toEpochMilli();
        long millis = Instant.ofEpochMilli(whole).isBefore(asked) ? whole + 1 : whole;
        Map<TopicPartition, DatedOffset> found = new HashMap<>();
        list(partitions, OffsetSpec.forTimestamp(millis)).forEach((partition, info) -> {
            // Older only when the time is later than any record can be dated.
            if (info.offset() >= 0 && !Instant.ofEpochMilli(info.timestamp()).isBefore(time)) {
                found.put(partition, new DatedOffset(info.offset(), Instant.ofEpochMilli(info.timestamp())));
            }
        });
        return found;
    }

    private Map<TopicPartition, ListOffsetsResultInfo> list(Set<TopicPartition> partitions, OffsetSpec spec) {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        partitions.forEach(partition -> asked.put(partition, spec));
        return answer(
                "read offsets of",
                "partitions " + partitions,
                admin.listOffsets(asked).all());
    }

    /** Whether the cluster removes older records of a key from the topic. */
    public boolean isCompacted(String topic) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Map<ConfigResource, Config> configs = answer(
                "describe",
                "topic " + topic,
                admin.describeConfigs(List.of(resource)).all());
        return Objects.requireNonNull(configs.get(resource))
                .get(TopicConfig.CLEANUP_POLICY_CONFIG)
                .value()
                .contains(TopicConfig.CLEANUP_POLICY_COMPACT);
    }

    private long offsets(TopicPartition partition, OffsetSpec spec) {
        KafkaFuture<ListOffsetsResultInfo> info =
                admin.listOffsets(Map.of(partition, spec)).partitionResult(partition);
        return answer("read offsets of", "partition " + partition, info).offset();
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(5));
    }

    private <T> T answer(String verb, String thing, KafkaFuture<T> future) {
        try {
            return await(future);
        } catch (ExecutionException e) {
            throw failed(verb, thing, e);
        }
    }

    private <T> T await(KafkaFuture<T> future) throws ExecutionException {
        try {
            return future.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SluiceException(ErrorCode.KAFKA_UNAVAILABLE, "Cannot ask Kafka " + name + ": interrupted", e);
        } catch (TimeoutException e) {
            throw new SluiceException(
                    ErrorCode.KAFKA_UNAVAILABLE,
                    "Cannot ask Kafka " + name + ": no answer within " + ANSWER_SECONDS + " s",
                    e);
        }
    }

    private SluiceException failed(String verb, String thing, ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return KafkaFailures.of("Cannot " + verb + " " + thing + " at Kafka " + name, cause);
    }
}
