package dev.sluice.sink.backfill;

import dev.sluice.sink.ledger.OffsetRange;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One batch of a backfill: what is done, logged and retried as a whole.
 *
 * @param number from 1
 * @param label what a person calls it: a day, or its place in the order
 * @param ranges at most one per source partition
 * @param attempts how often it was started
 * @param startedAt of the last attempt; null before the first
 * @param finishedAt of the last attempt; null while none ended
 * @param error why the last attempt failed; null unless it did
 */
public record BackfillBatch(
        int number,
        String label,
        List<OffsetRange> ranges,
        BatchState state,
        int attempts,
        BatchCounts counts,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable String error) {
    public BackfillBatch {
        ranges = List.copyOf(ranges);
    }

    public static BackfillBatch planned(int number, String label, List<OffsetRange> ranges) {
        return new BackfillBatch(number, label, ranges, BatchState.PLANNED, 0, BatchCounts.NONE, null, null, null);
    }

    /** Offsets covered. */
    public long length() {
        return ranges.stream().mapToLong(OffsetRange::length).sum();
    }

    public BackfillBatch started(Instant now) {
        return new BackfillBatch(
                number, label, ranges, BatchState.RUNNING, attempts + 1, BatchCounts.NONE, now, null, null);
    }

    public BackfillBatch done(BatchCounts what, Instant now) {
        return new BackfillBatch(number, label, ranges, BatchState.DONE, attempts, what, startedAt, now, null);
    }

    public BackfillBatch staged(BatchCounts what, Instant now) {
        return new BackfillBatch(number, label, ranges, BatchState.STAGED, attempts, what, startedAt, now, null);
    }

    /** Still staged, since it could not be published. */
    public BackfillBatch unpublished(String reason) {
        return new BackfillBatch(
                number, label, ranges, BatchState.STAGED, attempts, counts, startedAt, finishedAt, reason);
    }

    /** To be landed again, since what was staged is of no use any more. */
    public BackfillBatch again() {
        return new BackfillBatch(
                number, label, ranges, BatchState.PLANNED, attempts, BatchCounts.NONE, null, null, null);
    }

    public BackfillBatch failed(String reason, Instant now) {
        return new BackfillBatch(number, label, ranges, BatchState.FAILED, attempts, counts, startedAt, now, reason);
    }

    BackfillBatch cancelled() {
        return new BackfillBatch(
                number, label, ranges, BatchState.CANCELLED, attempts, counts, startedAt, finishedAt, error);
    }
}
