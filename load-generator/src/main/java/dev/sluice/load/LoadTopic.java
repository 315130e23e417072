package dev.sluice.load;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** The topic of a load: makes it when it is missing, and refuses one that cannot take the load. */
final class LoadTopic {
    private static final String FOR_EVER = "-1";

    private static final int ATTEMPTS = 120;
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final Admin admin;
    private final String name;
    private final String cluster;

    /** @param cluster what messages call the cluster */
    LoadTopic(Admin admin, String name, String cluster) {
        this.admin = admin;
        this.name = name;
        this.cluster = cluster;
    }

    /**
     * Makes sure that the topic is there, with the partitions of the load, and keeps records as old as its events.
     *
     * @param now decides whether the topic would delete the records on arrival
     * @throws SluiceException {@link ErrorCode#USAGE} when it cannot take the load; {@link ErrorCode#KAFKA_UNAVAILABLE}
     */
    void ensure(LoadSpec spec, Instant now) {
        ensure(spec.partitions(), spec.clock(), now);
    }

    void ensure(int expected, EventClock events, Instant now) {
        int partitions = partitions();
        if (partitions == 0) {
            if (created(expected)) {
                // Answered by the leaders, so every partition has one when this returns.
                offsets(expected, OffsetSpec.latest());
                return;
            }
            partitions = partitions();
        }
        if (partitions != expected) {
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "Cannot produce to topic " + name + ": it has another number of partitions, expected " + expected
                            + " (option --partitions), found " + partitions);
        }
        checkRetention(events, now);
    }

    /** False when somebody else was faster. */
    private boolean created(int partitions) {
        NewTopic topic = new NewTopic(name, Optional.of(partitions), Optional.empty())
                .configs(Map.of(TopicConfig.RETENTION_MS_CONFIG, FOR_EVER));
        try {
            answer("create", admin.createTopics(List.of(topic)).all());
            return true;
        } catch (SluiceException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
            return false;
        }
    }

    /** 0 when there is no such topic. */
    private int partitions() {
        try {
            TopicDescription topic = answer(
                    "describe",
                    admin.describeTopics(List.of(name)).topicNameValues().get(name));
            return topic.partitions().size();
        } catch (SluiceException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return 0;
            }
            throw e;
        }
    }

    /**
     * Records are dated by the clock of the events, so a topic with retention may delete them as soon as they arrive.
     */
    private void checkRetention(EventClock events, Instant now) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
        Config config = answer(
                "describe", admin.describeConfigs(List.of(resource)).values().get(resource));
        ConfigEntry retention = config.get(TopicConfig.RETENTION_MS_CONFIG);
        ConfigEntry policy = config.get(TopicConfig.CLEANUP_POLICY_CONFIG);
        ConfigEntry timestamps = config.get(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG);
        if (retention == null || policy == null || timestamps == null) {
            return;
        }
        long keptMillis = Long.parseLong(retention.value());
        boolean deletes = keptMillis >= 0
                && policy.value().contains(TopicConfig.CLEANUP_POLICY_DELETE)
                && !timestamps.value().equals("LogAppendTime");
        if (deletes && events.start().isBefore(now.minusMillis(keptMillis))) {
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "Cannot produce to topic " + name + ": it would delete events dated "
                            + events.start()
                            + " on arrival, expected retention.ms=-1 (or a later --start), found "
                            + "retention.ms=" + retention.value());
        }
    }

    /**
     * What every partition holds already.
     *
     * @throws SluiceException {@link ErrorCode#USAGE} when records were deleted, so that nobody can tell how many there
     *     were
     */
    Skip alreadyThere(LoadSpec spec) {
        Map<TopicPartition, Long> first = offsets(spec.partitions(), OffsetSpec.earliest());
        Map<TopicPartition, Long> end = offsets(spec.partitions(), OffsetSpec.latest());
        first.forEach((partition, offset) -> {
            if (offset != 0) {
                throw new SluiceException(
                        ErrorCode.USAGE,
                        "[" + partition
                                + "] Cannot resume the load: its first records were deleted, expected first offset"
                                + " 0, found " + offset);
            }
        });
        return Skip.of(
                spec,
                IntStream.range(0, spec.partitions())
                        .mapToLong(partition -> end.getOrDefault(new TopicPartition(name, partition), 0L))
                        .toArray());
    }

    private Map<TopicPartition, Long> offsets(int partitions, OffsetSpec which) {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            asked.put(new TopicPartition(name, partition), which);
        }
        Map<TopicPartition, Long> offsets = new HashMap<>();
        persistently("list offsets of", () -> admin.listOffsets(asked).all())
                .forEach((partition, found) -> offsets.put(partition, found.offset()));
        return offsets;
    }

    /** A topic that was just made is not known to every broker yet, nor does every partition have a leader. */
    private <T> T persistently(String verb, Supplier<KafkaFuture<T>> question) {
        for (int attempt = 1; ; attempt++) {
            try {
                return answer(verb, question.get());
            } catch (SluiceException e) {
                if (!(e.getCause() instanceof RetriableException) || attempt == ATTEMPTS) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private <T> T answer(String verb, @Nullable KafkaFuture<T> future) {
        if (future == null) {
            throw new SluiceException(ErrorCode.BUG, "Cannot " + verb + " topic " + name + ": no answer was asked for");
        }
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(verb, "interrupted", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw unavailable(verb, SendFailure.reason(cause), cause);
        }
    }

    private SluiceException unavailable(String verb, String reason, Throwable cause) {
        return new SluiceException(
                SendFailure.code(cause),
                "Cannot " + verb + " topic " + name + " at Kafka " + cluster + ": " + reason,
                cause);
    }
}
