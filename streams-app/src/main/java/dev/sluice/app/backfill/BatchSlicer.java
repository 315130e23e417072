package dev.sluice.app.backfill;

import dev.sluice.app.kafka.DatedOffset;
import dev.sluice.sink.backfill.BackfillBatch;
import dev.sluice.sink.ledger.OffsetRange;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /** From each day that has records straight to the next one, however far away that is. */
    private List<BackfillBatch> byDay(List<OffsetRange> ranges) {
        Map<TopicPartition, OffsetRange> open = new HashMap<>();
        ranges.forEach(range -> open.put(partition(range), range));
        List<BackfillBatch> batches = new ArrayList<>();
        Instant day = day(days.notOlder(open.keySet(), Instant.EPOCH)).orElse(Instant.EPOCH);
        while (!open.isEmpty()) {
            Map<TopicPartition, DatedOffset> next = days.notOlder(open.keySet(), day.plus(1, ChronoUnit.DAYS));
            List<OffsetRange> slice = new ArrayList<>();
            for (OffsetRange all : ranges) {
                OffsetRange range = open.get(partition(all));
                if (range != null) {
                    DatedOffset end = next.get(partition(range));
                    // Records may be dated out of order; a day never reaches back before the one before it.
                    long to = end == null ? range.to() : Math.max(range.from(), Math.min(range.to(), end.offset()));
                    add(slice, range, range.from(), to);
                    if (to == range.to()) {
                        open.remove(partition(range));
                    } else {
                        open.put(partition(range), new OffsetRange(range.source(), to, range.to()));
                    }
                }
            }
            if (!slice.isEmpty()) {
                batches.add(BackfillBatch.planned(batches.size() + 1, label(day), slice));
            }
            next.keySet().retainAll(open.keySet());
            day = day(next).orElse(day);
        }
        return batches;
    }

    private static Optional<Instant> day(Map<TopicPartition, DatedOffset> records) {
        return records.values().stream()
                .map(record -> record.time().truncatedTo(ChronoUnit.DAYS))
                .min(Comparator.naturalOrder());
    }

    private static String label(Instant day) {
        return LocalDate.ofInstant(day, ZoneOffset.UTC).toString();
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
