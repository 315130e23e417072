package dev.sluice.app.backfill;

import dev.sluice.sink.backfill.BronzeTimes;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Table;
import org.apache.kafka.common.TopicPartition;

/** Where in the partitions a time begins. */
interface DayOffsets {
    Optional<Instant> oldest(Set<TopicPartition> partitions);

    Optional<Instant> newest(Set<TopicPartition> partitions);

    /** By partition, the offset of the first record that is not older; grows with the time. */
    Map<TopicPartition, Long> at(Set<TopicPartition> partitions, Instant time);

    /** By the times of a bronze table's rows, read at the first question. */
    static DayOffsets ofBronze(Table table) {
        return new DayOffsets() {
            private Optional<BronzeTimes> times = Optional.empty();

            private BronzeTimes times(Set<TopicPartition> partitions) {
                if (times.isEmpty()) {
                    times = Optional.of(
                            BronzeTimes.of(table, partitions.iterator().next().topic()));
                }
                return times.get();
            }

            @Override
            public Optional<Instant> oldest(Set<TopicPartition> partitions) {
                return times(partitions).oldest();
            }

            @Override
            public Optional<Instant> newest(Set<TopicPartition> partitions) {
                return times(partitions).newest();
            }

            @Override
            public Map<TopicPartition, Long> at(Set<TopicPartition> partitions, Instant time) {
                Map<TopicPartition, Long> offsets = new HashMap<>();
                partitions.forEach(
                        partition -> offsets.put(partition, times(partitions).offsetAt(partition.partition(), time)));
                return offsets;
            }
        };
    }
}
