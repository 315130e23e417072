package dev.sluice.app.backfill;

import dev.sluice.sink.backfill.BackfillBatch;
import dev.sluice.sink.ledger.OffsetRange;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/** Cuts ranges into batches, the oldest offsets first. */
final class BatchSlicer {
    private final BackfillRequest.Slicing slicing;
    private final DayOffsets days;

    BatchSlicer(BackfillRequest.Slicing slicing, DayOffsets days) {
        this.slicing = slicing;
        this.days = days;
    }

    List<BackfillBatch> slice(List<OffsetRange> ranges) {
        if (ranges.isEmpty()) {
            return List.of();
        }
        return slicing.byDay() ? byDay(ranges) : bySize(ranges);
    }

    private List<BackfillBatch> bySize(List<OffsetRange> ranges) {
        long share = Math.max(1, slicing.batchSize() / ranges.size());
        List<BackfillBatch> batches = new ArrayList<>();
        long longest = ranges.stream().mapToLong(OffsetRange::length).max().orElse(0);
        for (long done = 0; done < longest; done += share) {
            List<OffsetRange> slice = new ArrayList<>();
            for (OffsetRange range : ranges) {
                add(slice, range, range.from() + done, Math.min(range.to(), range.from() + done + share));
            }
            int number = batches.size() + 1;
            batches.add(BackfillBatch.planned(number, "part " + number, slice));
        }
        return batches;
    }

    private List<BackfillBatch> byDay(List<OffsetRange> ranges) {
        Set<TopicPartition> partitions =
                ranges.stream().map(BatchSlicer::partition).collect(Collectors.toSet());
        Instant first = days.oldest(partitions).orElse(Instant.EPOCH).truncatedTo(ChronoUnit.DAYS);
        Instant last = days.newest(partitions).orElse(first).truncatedTo(ChronoUnit.DAYS);
        Map<TopicPartition, Long> starts = new HashMap<>();
        ranges.forEach(range -> starts.put(partition(range), range.from()));
        List<BackfillBatch> batches = new ArrayList<>();
        for (Instant day = first; !day.isAfter(last); day = day.plus(1, ChronoUnit.DAYS)) {
            Map<TopicPartition, Long> ends =
                    day.equals(last) ? Map.of() : days.at(partitions, day.plus(1, ChronoUnit.DAYS));
            List<OffsetRange> slice = new ArrayList<>();
            for (OffsetRange range : ranges) {
                TopicPartition partition = partition(range);
                long from = starts.getOrDefault(partition, range.from());
                // Records may be dated out of order; a day never reaches back before the one before it.
                long to = Math.max(from, Math.min(range.to(), ends.getOrDefault(partition, range.to())));
                add(slice, range, from, to);
                starts.put(partition, to);
            }
            if (!slice.isEmpty()) {
                batches.add(
                        BackfillBatch.planned(batches.size() + 1, day.toString().substring(0, 10), slice));
            }
        }
        return batches;
    }

    private static void add(List<OffsetRange> slice, OffsetRange range, long from, long to) {
        if (from < to) {
            slice.add(new OffsetRange(range.source(), from, to));
        }
    }

    private static TopicPartition partition(OffsetRange range) {
        return new TopicPartition(range.source().topic(), range.source().partition());
    }
}
