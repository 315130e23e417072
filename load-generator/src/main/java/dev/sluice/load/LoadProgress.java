package dev.sluice.load;

import java.time.Duration;

/**
 * How far a load has come.
 *
 * @param records handed to the producer so far, without those skipped
 * @param total records to produce, without those skipped
 */
public record LoadProgress(long records, long total, Duration elapsed) {
    /** The mean so far. */
    public double recordsPerSecond() {
        return records * 1e9 / Math.max(1, elapsed.toNanos());
    }

    /** From 0 to 100. */
    public double percent() {
        return total == 0 ? 100 : 100.0 * records / total;
    }
}
