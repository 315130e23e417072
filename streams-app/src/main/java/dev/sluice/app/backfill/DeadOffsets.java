package dev.sluice.app.backfill;

import dev.sluice.app.dlq.DlqReader;
import dev.sluice.app.kafka.Cluster;
import dev.sluice.app.kafka.TopicFacts;
import dev.sluice.app.kafka.TopicReader;
import dev.sluice.sink.ledger.OffsetRange;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;

/** The offsets of one topic that are in its dead-letter topic, read on from where the last look ended. */
final class DeadOffsets {
    private final Cluster cluster;
    private final TopicReader reader;
    private final String topic;
    private final String dlq;
    private final DlqReader letters = new DlqReader();
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final Map<Integer, NavigableSet<Long>> offsets = new HashMap<>();

    DeadOffsets(Cluster cluster, TopicReader reader, String topic, String dlq) {
        this.cluster = cluster;
        this.reader = reader;
        this.topic = topic;
        this.dlq = dlq;
    }

    /**
     * Takes in every letter that was sent before this call. It reads up to the end of the log, not to the end of what
     * is committed: behind a transaction that is open there may be letters of another one that is not, and they are
     * waited for.
     */
    void refresh() {
        Optional<TopicFacts> facts = cluster.topic(dlq);
        if (facts.isEmpty()) {
            return;
        }
        Map<TopicPartition, Long> from = new HashMap<>();
        Map<TopicPartition, Long> to = new HashMap<>();
        for (int partition = 0; partition < facts.get().partitions(); partition++) {
            TopicPartition one = new TopicPartition(dlq, partition);
            to.put(one, cluster.logEnd(one));
            from.put(one, Math.max(cluster.logStart(one), positions.getOrDefault(one, 0L)));
        }
        reader.read(from, to, record -> {
            var letter = letters.read(record);
            if (letter.topic().equals(topic)) {
                add(letter.partition(), letter.offset());
            }
        });
        positions.putAll(to);
    }

    void add(int partition, long offset) {
        offsets.computeIfAbsent(partition, none -> new TreeSet<>()).add(offset);
    }

    boolean contains(int partition, long offset) {
        NavigableSet<Long> known = offsets.get(partition);
        return known != null && known.contains(offset);
    }

    long count(OffsetRange range) {
        NavigableSet<Long> known = offsets.get(range.source().partition());
        return known == null
                ? 0
                : known.subSet(range.from(), true, range.to(), false).size();
    }
}
