package dev.sluice.sink.backfill;

import java.util.Comparator;
import java.util.List;

/** A backfill as its log knows it. */
public record Backfill(BackfillJob job, List<BackfillBatch> batches) {
    public Backfill {
        batches = batches.stream()
                .sorted(Comparator.comparingInt(BackfillBatch::number))
                .toList();
    }

    public long count(BatchState state) {
        return batches.stream().filter(batch -> batch.state() == state).count();
    }

    /** The batches that are neither done nor given up, in order. */
    public List<BackfillBatch> open() {
        return batches.stream().filter(batch -> batch.state().isOpen()).toList();
    }

    /** The sums over the batches that are done or staged. */
    public BatchCounts counts() {
        return batches.stream()
                .filter(batch -> batch.state() == BatchState.DONE || batch.state() == BatchState.STAGED)
                .map(BackfillBatch::counts)
                .reduce(BatchCounts.NONE, BatchCounts::plus);
    }

    /**
     * The state of the whole. It is in progress as long as a batch is open: until then tables built from the range hold
     * it in part.
     */
    public BatchState state() {
        if (count(BatchState.RUNNING) > 0) {
            return BatchState.RUNNING;
        }
        if (count(BatchState.FAILED) > 0) {
            return BatchState.FAILED;
        }
        if (count(BatchState.PLANNED) > 0) {
            return BatchState.PLANNED;
        }
        if (count(BatchState.STAGED) > 0) {
            return BatchState.STAGED;
        }
        return count(BatchState.CANCELLED) > 0 ? BatchState.CANCELLED : BatchState.DONE;
    }

    public boolean inProgress() {
        return state().isOpen();
    }

    /** This backfill with one batch replaced. */
    Backfill with(BackfillBatch batch) {
        return new Backfill(
                job,
                batches.stream()
                        .map(one -> one.number() == batch.number() ? batch : one)
                        .toList());
    }
}
