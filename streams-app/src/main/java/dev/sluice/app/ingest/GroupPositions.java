package dev.sluice.app.ingest;

import dev.sluice.app.kafka.Cluster;
import dev.sluice.app.kafka.TopicFacts;
import dev.sluice.app.retry.Retry;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.ledger.SourcePartition;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * Start positions by the committed offsets of the ingest's group. They are read by admin calls, because only those work
 * alike under both rebalance protocols; they wait for open transactions as the consumer itself does.
 */
final class GroupPositions implements StartPositions {
    private final Cluster cluster;
    private final String clusterId;
    private final String group;
    private final Retry retry;

    GroupPositions(Cluster cluster, String group, Retry retry) {
        this.cluster = cluster;
        this.clusterId = cluster.id();
        this.group = group;
        this.retry = retry;
    }

    @Override
    public StartPosition of(TopicPartition partition) {
        return retry.call("start position of " + partition, () -> read(partition));
    }

    @Override
    public long logStart(TopicPartition partition) {
        return retry.call("log start of " + partition, () -> cluster.logStart(partition));
    }

    private StartPosition read(TopicPartition partition) {
        TopicFacts topic = cluster.requireTopic(partition.topic());
        SourcePartition source = new SourcePartition(clusterId, topic.id(), topic.name(), partition.partition());
        Optional<Long> committed = cluster.committed(group, partition);
        long logStart = cluster.logStart(partition);
        if (committed.isPresent() && committed.get() < logStart) {
            throw new SluiceException(
                    ErrorCode.OFFSETS_LOST,
                    "[" + partition + "@" + committed.get()
                            + "] Cannot go on landing: offsets that were not landed yet are gone from the topic by retention, expected the log to start at most at "
                            + committed.get() + ", found " + logStart
                            + ". To accept the loss, stop every instance and set the group " + group + " to offset "
                            + logStart + ".");
        }
        return new StartPosition(source, committed.orElse(logStart));
    }
}
