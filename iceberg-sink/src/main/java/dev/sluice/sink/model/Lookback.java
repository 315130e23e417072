package dev.sluice.sink.model;

import dev.sluice.sink.merge.Changes;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * Where a model with {@code lookback} begins to read its driving ref: so long before the snapshot that it has consumed.
 * Measured from that snapshot's time and not from the clock, so that a pause of the pipeline shortens nothing.
 */
public final class Lookback {
    private Lookback() {}

    /**
     * The snapshot whose rows are known, and need not be read again.
     *
     * @return empty when the table did not exist so long ago; the oldest that is left when older ones were expired
     */
    public static OptionalLong from(Table driver, long consumed, Duration lookback) {
        Snapshot start = driver.snapshot(consumed);
        if (start == null) {
            return OptionalLong.of(consumed);
        }
        long until = start.timestampMillis() - lookback.toMillis();
        Snapshot oldest = start;
        for (Snapshot snapshot : SnapshotUtil.ancestorsOf(consumed, driver::snapshot)) {
            if (snapshot.timestampMillis() <= until) {
                return OptionalLong.of(snapshot.snapshotId());
            }
            oldest = snapshot;
        }
        return oldest.parentId() == null ? OptionalLong.empty() : OptionalLong.of(oldest.snapshotId());
    }

    static Optional<Changes> changes(Table driver, long consumed, Snapshot now, Duration lookback) {
        OptionalLong from = from(driver, consumed, lookback);
        return from.isPresent() ? Changes.between(driver, from.getAsLong(), now) : Changes.sinceCreation(driver, now);
    }
}
