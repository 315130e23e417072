package dev.sluice.load;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts records by partition and kind. Not safe for use by several threads. */
final class RecordTally {
    private final List<Counts> partitions = new ArrayList<>();

    private record Counts(Map<RecordKind, Long> kinds, Map<MalformedKind, Long> faults) {
        Counts() {
            this(new EnumMap<>(RecordKind.class), new EnumMap<>(MalformedKind.class));
        }

        PartitionCount of(int partition) {
            long records = 0;
            long rows = 0;
            for (Map.Entry<RecordKind, Long> kind : kinds.entrySet()) {
                records += kind.getValue();
                rows += kind.getKey().valid() ? kind.getValue() : 0;
            }
            return new PartitionCount(
                    partition,
                    records,
                    rows,
                    kinds.getOrDefault(RecordKind.TOMBSTONE, 0L),
                    kinds.getOrDefault(RecordKind.MALFORMED, 0L));
        }
    }

    /** Counts every partition below the number, even without records. */
    RecordTally atLeast(int count) {
        while (partitions.size() < count) {
            partitions.add(new Counts());
        }
        return this;
    }

    void add(int partition, RecordKind kind, @Nullable MalformedKind malformed) {
        Counts counts = atLeast(partition + 1).partitions.get(partition);
        counts.kinds().merge(kind, 1L, Long::sum);
        if (malformed != null) {
            counts.faults().merge(malformed, 1L, Long::sum);
        }
    }

    /** In the order of the partitions. */
    List<PartitionCount> partitions() {
        List<PartitionCount> counts = new ArrayList<>();
        for (Counts partition : partitions) {
            counts.add(partition.of(counts.size()));
        }
        return counts;
    }

    /** Records of each kind, those without any left out. */
    Map<RecordKind, Long> kinds() {
        Map<RecordKind, Long> totals = new EnumMap<>(RecordKind.class);
        partitions.forEach(
                partition -> partition.kinds().forEach((kind, records) -> totals.merge(kind, records, Long::sum)));
        return totals;
    }

    /** Malformed records of each kind, those without any left out. */
    Map<MalformedKind, Long> faults() {
        Map<MalformedKind, Long> totals = new EnumMap<>(MalformedKind.class);
        partitions.forEach(
                partition -> partition.faults().forEach((fault, records) -> totals.merge(fault, records, Long::sum)));
        return totals;
    }

    /** Rejected records by the code of their reason, those without any left out. */
    Map<String, Long> reasons(int partition) {
        Map<String, Long> counts = new TreeMap<>();
        partitions
                .get(partition)
                .faults()
                .forEach((fault, records) -> counts.merge(fault.reason(), records, Long::sum));
        return counts;
    }
}
