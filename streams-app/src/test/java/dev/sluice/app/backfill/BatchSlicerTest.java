package dev.sluice.app.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.kafka.DatedOffset;
import dev.sluice.sink.backfill.BackfillBatch;
import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.ledger.SourcePartition;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class BatchSlicerTest {
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

    /** A log by partition of the times of its records, as a broker answers, with every question counted. */
    private static final class Log implements DayOffsets {
        private final List<List<Instant>> times = new ArrayList<>();
        private int questions;

        @Override
        public Map<TopicPartition, DatedOffset> notOlder(Set<TopicPartition> partitions, Instant time) {
            questions++;
            Map<TopicPartition, DatedOffset> found = new HashMap<>();
            for (TopicPartition partition : partitions) {
                List<Instant> records = times.get(partition.partition());
                for (int offset = 0; offset < records.size(); offset++) {
                    if (!records.get(offset).isBefore(time)) {
                        found.put(partition, new DatedOffset(offset, records.get(offset)));
                        break;
                    }
                }
            }
            return found;
        }

        List<OffsetRange> whole() {
            List<OffsetRange> ranges = new ArrayList<>();
            for (int partition = 0; partition < times.size(); partition++) {
                ranges.add(new OffsetRange(
                        new SourcePartition("c", "t", "orders", partition),
                        0,
                        times.get(partition).size()));
            }
            return ranges;
        }
    }

    private static List<BackfillBatch> byDay(Log log, List<OffsetRange> ranges) {
        return new BatchSlicer(new BackfillRequest.Slicing(true, 0), log).slice(ranges);
    }

    /** What a batch holds of a partition, by walking day after day over what a broker would answer. */
    private static Map<String, List<String>> walked(Log log) {
        TreeSet<Instant> days = new TreeSet<>();
        log.times.forEach(records -> records.forEach(time -> days.add(time.truncatedTo(ChronoUnit.DAYS))));
        Map<String, List<String>> batches = new HashMap<>();
        long[] from = new long[log.times.size()];
        for (Instant day = days.first(); !day.isAfter(days.last()); day = day.plus(1, ChronoUnit.DAYS)) {
            for (int partition = 0; partition < from.length; partition++) {
                List<Instant> records = log.times.get(partition);
                int to = (int) from[partition];
                while (to < records.size() && records.get(to).isBefore(day.plus(1, ChronoUnit.DAYS))) {
                    to++;
                }
                if (to > from[partition]) {
                    batches.computeIfAbsent(
                                    LocalDate.ofInstant(day, ZoneOffset.UTC).toString(), none -> new ArrayList<>())
                            .add("%d: %d to %d".formatted(partition, from[partition], to));
                    from[partition] = to;
                }
            }
        }
        return batches;
    }

    private static Map<String, List<String>> shown(List<BackfillBatch> batches) {
        Map<String, List<String>> shown = new HashMap<>();
        batches.forEach(batch -> shown.put(
                batch.label(),
                batch.ranges().stream()
                        .map(range -> "%d: %d to %d".formatted(range.source().partition(), range.from(), range.to()))
                        .toList()));
        return shown;
    }

    @Test
    void days_are_those_of_a_walk_over_every_day_at_one_question_for_each_day_that_has_records() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed * 31L);
            Log log = new Log();
            TreeSet<Instant> days = new TreeSet<>();
            for (int partition = 0; partition <= random.nextInt(3); partition++) {
                List<Instant> records = new ArrayList<>();
                for (int i = 1 + random.nextInt(30); i > 0; i--) {
                    // In order but for some that are late or early, with long times without any.
                    Instant time = START.plus(records.size() / 5 * (1L + random.nextInt(40)), ChronoUnit.DAYS)
                            .plus(random.nextInt(1_440), ChronoUnit.MINUTES)
                            .plus(random.nextInt(8) == 0 ? random.nextInt(60) - 30 : 0, ChronoUnit.DAYS);
                    records.add(time);
                    days.add(time.truncatedTo(ChronoUnit.DAYS));
                }
                log.times.add(records);
            }

            List<BackfillBatch> batches = byDay(log, log.whole());

            assertThat(shown(batches)).as("seed %d, %s", seed, log.times).isEqualTo(walked(log));
            assertThat(log.questions).isLessThanOrEqualTo(days.size() + 1);
        }
    }

    @Test
    void a_record_of_1970_and_one_of_the_far_future_cost_a_question_each() {
        Log log = new Log();
        Instant last = Instant.ofEpochMilli(Long.MAX_VALUE);
        log.times.add(List.of(Instant.EPOCH, START, START.plus(1, ChronoUnit.DAYS), last));

        List<BackfillBatch> batches = byDay(log, log.whole());

        assertThat(batches)
                .extracting(BackfillBatch::label)
                .containsExactly("1970-01-01", "2026-03-01", "2026-03-02", "+292278994-08-17");
        assertThat(log.questions).isEqualTo(5);
    }

    @Test
    void days_behind_the_end_of_the_range_are_not_asked_for() {
        Log log = new Log();
        log.times.add(Stream.iterate(START, time -> time.plus(1, ChronoUnit.DAYS))
                .limit(500)
                .toList());
        OffsetRange whole = log.whole().get(0);

        List<BackfillBatch> batches = byDay(log, List.of(new OffsetRange(whole.source(), 1, 3)));

        assertThat(batches).extracting(BackfillBatch::label).containsExactly("2026-03-02", "2026-03-03");
        assertThat(log.questions).isEqualTo(4);
    }

    @Test
    void offsets_without_a_record_are_one_batch() {
        Log log = new Log();
        log.times.add(List.of());
        OffsetRange markers = new OffsetRange(log.whole().get(0).source(), 5, 9);

        assertThat(byDay(log, List.of(markers)))
                .singleElement()
                .satisfies(batch -> assertThat(batch.ranges()).containsExactly(markers));
    }
}
