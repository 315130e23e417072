package dev.sluice.sink.ledger;

import java.util.Comparator;

/**
 * A partition of a topic that cannot be confused with another one of the same name: a recreated topic has another topic
 * id, another cluster another cluster id.
 */
public record SourcePartition(String clusterId, String topicId, String topic, int partition)
        implements Comparable<SourcePartition> {
    private static final Comparator<SourcePartition> ORDER = Comparator.comparing(SourcePartition::topic)
            .thenComparingInt(SourcePartition::partition)
            .thenComparing(SourcePartition::clusterId)
            .thenComparing(SourcePartition::topicId);

    public SourcePartition {
        if (clusterId.isBlank() || topicId.isBlank() || topic.isBlank() || partition < 0) {
            throw new IllegalArgumentException("Not a source partition: cluster '" + clusterId + "', topic id '"
                    + topicId + "', topic '" + topic + "', partition " + partition);
        }
    }

    /** Whether the other one goes by the same name, be it the same partition or a recreated one. */
    public boolean sameName(SourcePartition other) {
        return topic.equals(other.topic) && partition == other.partition;
    }

    @Override
    public int compareTo(SourcePartition other) {
        return ORDER.compare(this, other);
    }

    /** The name used in messages, for example {@code orders-3}. */
    @Override
    public String toString() {
        return topic + "-" + partition;
    }
}
