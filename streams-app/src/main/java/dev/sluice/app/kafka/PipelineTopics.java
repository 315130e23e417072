package dev.sluice.app.kafka;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;

/** Sees to it that the topics of a pipeline are there before anything starts. */
public final class PipelineTopics {
    /** Room for the headers of a dead letter and for a batch that recompresses worse, bytes. */
    private static final int DEAD_LETTER_ROOM = 64 << 10;

    /** An announcement takes about 5 KB a data file, bytes. */
    public static final int MAX_ANNOUNCEMENT_BYTES = 16 << 20;

    private static final String FOREVER = "-1";

    private final Cluster cluster;

    public PipelineTopics(Cluster cluster) {
        this.cluster = cluster;
    }

    /**
     * Checks the source topics and creates the dead-letter and announcement topics that are missing. A dead-letter
     * topic gets as many partitions as its source.
     *
     * @throws SluiceException {@code TOPIC_MISSING}, {@code CONFIG_INVALID}, {@code KAFKA_UNAVAILABLE}
     */
    public void ensure(SluiceConfig config) {
        short replication = 1;
        for (SourceConfig source : config.sources()) {
            TopicFacts facts = cluster.requireTopic(source.topic());
            replication = facts.replication();
            if (cluster.topic(source.dlq()).isEmpty()) {
                int maxMessageBytes = Math.max(facts.maxMessageBytes(), facts.maxMessageBytes() + DEAD_LETTER_ROOM);
                cluster.createTopic(
                        source.dlq(),
                        facts.partitions(),
                        facts.replication(),
                        Map.of(
                                TopicConfig.RETENTION_MS_CONFIG,
                                FOREVER,
                                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                                Integer.toString(maxMessageBytes)));
            }
        }
        ensureAnnouncements(replication);
    }

    /** Creates the announcement topic where it is missing. */
    public void ensureAnnouncements(short replication) {
        String topic = SluiceConfig.ANNOUNCEMENT_TOPIC;
        if (cluster.topic(topic).isEmpty()) {
            cluster.createTopic(
                    topic,
                    1,
                    replication,
                    Map.of(
                            TopicConfig.CLEANUP_POLICY_CONFIG,
                            TopicConfig.CLEANUP_POLICY_DELETE,
                            TopicConfig.RETENTION_MS_CONFIG,
                            FOREVER,
                            TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                            Integer.toString(MAX_ANNOUNCEMENT_BYTES)));
            return;
        }
        int partitions = cluster.requireTopic(topic).partitions();
        if (partitions != 1) {
            throw new SluiceException(
                    ErrorCode.CONFIG_INVALID,
                    "Cannot use topic " + topic + ": announcements need one order, expected 1 partition, found "
                            + partitions);
        }
    }
}
