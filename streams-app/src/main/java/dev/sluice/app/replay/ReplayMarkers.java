package dev.sluice.app.replay;

import dev.sluice.app.dlq.Position;
import dev.sluice.app.kafka.Cluster;
import dev.sluice.app.kafka.TopicFacts;
import dev.sluice.app.kafka.TopicReader;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;

/** The compacted topic of replay markers. */
public final class ReplayMarkers {
    /** Shared by all pipelines of a cluster; the key says which dead-letter topic a marker belongs to. */
    public static final String TOPIC = "sluice.dlq-replays";

    private final Map<String, String> kafka;
    private final InstantSource clock;

    public ReplayMarkers(Map<String, String> kafka, InstantSource clock) {
        this.kafka = Map.copyOf(kafka);
        this.clock = clock;
    }

    /** Creates the topic where it is missing. */
    static void ensure(Cluster cluster, short replication) {
        if (cluster.topic(TOPIC).isEmpty()) {
            cluster.createTopic(
                    TOPIC,
                    1,
                    replication,
                    Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
        }
    }

    /** The markers of a dead-letter topic that can be seen now, by original position; for looking, it never waits. */
    public Map<Position, ReplayMarker> of(String dlq) {
        return exists() ? read(dlq, new TopicReader(kafka, clock).ends(TOPIC)) : Map.of();
    }

    /**
     * All markers committed before the call. A transaction that is open on the topic is waited for, as it hides what
     * was committed after its start; one that a killed replay left behind takes {@link Replayer#TRANSACTION_TIMEOUT}
     * and the broker's next look at it.
     *
     * @throws dev.sluice.error.SluiceException {@code KAFKA_UNAVAILABLE} when it stays open
     */
    public Map<Position, ReplayMarker> settled(String dlq) {
        Map<TopicPartition, Long> ends;
        try (Cluster cluster = Cluster.open(kafka)) {
            int partitions = cluster.topic(TOPIC).map(TopicFacts::partitions).orElse(0);
            ends = IntStream.range(0, partitions)
                    .mapToObj(partition -> new TopicPartition(TOPIC, partition))
                    .collect(Collectors.toMap(partition -> partition, cluster::logEnd));
        }
        return read(dlq, ends);
    }

    private boolean exists() {
        try (Cluster cluster = Cluster.open(kafka)) {
            return cluster.topic(TOPIC).isPresent();
        }
    }

    private Map<Position, ReplayMarker> read(String dlq, Map<TopicPartition, Long> ends) {
        Map<Position, ReplayMarker> markers = new HashMap<>();
        if (ends.isEmpty()) {
            return markers;
        }
        TopicReader topics = new TopicReader(kafka, clock);
        topics.read(topics.starts(ends.keySet()), ends, record -> {
            ReplayMarker marker = record.value() == null ? null : ReplayMarker.read(record.value());
            if (marker != null && marker.dlq().equals(dlq)) {
                markers.put(marker.original(), marker);
            }
        });
        return markers;
    }
}
