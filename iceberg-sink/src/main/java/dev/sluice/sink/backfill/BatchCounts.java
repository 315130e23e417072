package dev.sluice.sink.backfill;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a batch did.
 *
 * @param read records read from the topic
 * @param landed rows put into bronze, tombstones among them
 * @param recognised rows of the range that bronze held already
 * @param deadLettered records of the range that are dead letters, old and new
 * @param changed by table, rows inserted, updated or deleted
 */
public record BatchCounts(long read, long landed, long recognised, long deadLettered, Map<String, Long> changed) {
    public static final BatchCounts NONE = new BatchCounts(0, 0, 0, 0, Map.of());

    public BatchCounts {
        changed = Collections.unmodifiableMap(new TreeMap<>(changed));
    }

    /** These, and rows changed by table. */
    public BatchCounts changing(Map<String, Long> more) {
        return plus(new BatchCounts(0, 0, 0, 0, more));
    }

    public BatchCounts plus(BatchCounts other) {
        Map<String, Long> sum = new TreeMap<>(changed);
        other.changed.forEach((table, rows) -> sum.merge(table, rows, Long::sum));
        return new BatchCounts(
                read + other.read,
                landed + other.landed,
                recognised + other.recognised,
                deadLettered + other.deadLettered,
                sum);
    }
}
