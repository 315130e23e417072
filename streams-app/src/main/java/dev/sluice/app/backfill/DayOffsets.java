package dev.sluice.app.backfill;

import dev.sluice.app.kafka.DatedOffset;
import dev.sluice.sink.backfill.BronzeTimes;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Table;
import org.apache.kafka.common.TopicPartition;

/** Where in the partitions a time begins. */
@FunctionalInterface
interface DayOffsets {
    /**
     * By partition, the first record that is not older than a time; partitions without one are left out.
     *
     * @return a map that the caller may change
     */
    Map<TopicPartition, DatedOffset> notOlder(Set<TopicPartition> partitions, Instant time);

    /** By the days of a bronze table's rows, read at the first question. */
    static DayOffsets ofBronze(Table table, String topic) {
        return new DayOffsets() {
            private Optional<BronzeTimes> times = Optional.empty();

            @Override
            public Map<TopicPartition, DatedOffset> notOlder(Set<TopicPartition> partitions, Instant time) {
                BronzeTimes known = times.orElseGet(() -> BronzeTimes.of(table, topic));
                times = Optional.of(known);
                Map<TopicPartition, DatedOffset> found = new HashMap<>();
                partitions.forEach(partition -> known.notOlder(partition.partition(), time)
                        .ifPresent(row -> found.put(partition, new DatedOffset(row.getValue(), row.getKey()))));
                return found;
            }
        };
    }
}
