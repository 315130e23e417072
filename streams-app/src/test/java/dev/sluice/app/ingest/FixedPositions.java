package dev.sluice.app.ingest;

import dev.sluice.sink.ledger.SourcePartition;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Start positions that a test sets. */
final class FixedPositions implements StartPositions {
    final Map<TopicPartition, Long> starts = new HashMap<>();
    final Map<TopicPartition, Long> logStarts = new HashMap<>();

    @Override
    public StartPosition of(TopicPartition partition) {
        return new StartPosition(
                new SourcePartition("cluster", "id-" + partition.topic(), partition.topic(), partition.partition()),
                starts.getOrDefault(partition, 0L));
    }

    @Override
    public long logStart(TopicPartition partition) {
        return logStarts.getOrDefault(partition, 0L);
    }
}
