package dev.sluice.load;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What was produced and acknowledged.
 *
 * @param skipped records of the load that were on the topic before
 * @param kinds records of each kind, those without any left out
 * @param malformed malformed records of each kind, those without any left out
 * @param partitions records of each partition, from partition 0
 * @param bytes of keys and values, before compression
 */
public record LoadSummary(
        long records,
        long skipped,
        Map<RecordKind, Long> kinds,
        Map<MalformedKind, Long> malformed,
        List<Long> partitions,
        long bytes,
        Duration elapsed) {
    public LoadSummary {
        kinds = Map.copyOf(kinds);
        malformed = Map.copyOf(malformed);
        partitions = List.copyOf(partitions);
    }

    static LoadSummary of(RecordTally tally, long skipped, long bytes, Duration elapsed) {
        List<Long> partitions =
                tally.partitions().stream().map(PartitionCount::records).toList();
        long records = partitions.stream().mapToLong(Long::longValue).sum();
        return new LoadSummary(records, skipped, tally.kinds(), tally.faults(), partitions, bytes, elapsed);
    }

    /** The mean from the first record to the last acknowledgement. */
    public double recordsPerSecond() {
        return records * 1e9 / Math.max(1, elapsed.toNanos());
    }
}
