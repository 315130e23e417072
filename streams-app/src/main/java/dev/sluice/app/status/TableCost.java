package dev.sluice.app.status;

import dev.sluice.sink.ops.RunCost;

/**
 * What keeping a model's table up to date has cost lately, and what it would have cost to make it anew each time.
 *
 * @param runs what its runs came to
 * @param storedBytes data files of the current snapshot
 * @param files how many those are
 * @param anewBytes what the same number of runs would have read if each had read all of its inputs as they are now
 */
public record TableCost(RunCost runs, long storedBytes, long files, long anewBytes) {
    /** How many times less was read than by making the table anew each time; 0 when nothing was read. */
    public double saved() {
        return runs.bytesScanned() == 0 ? 0 : (double) anewBytes / runs.bytesScanned();
    }
}
