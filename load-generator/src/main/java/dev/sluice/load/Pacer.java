package dev.sluice.load;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/** Holds records back so that no more than the rate has been sent at any time since the start. */
final class Pacer {
    private final long perSecond;
    private final InstantSource clock;
    private final LongConsumer parkNanos;
    private final Instant start;

    Pacer(long perSecond, InstantSource clock) {
        this(perSecond, clock, LockSupport::parkNanos);
    }

    Pacer(long perSecond, InstantSource clock, LongConsumer parkNanos) {
        this.perSecond = perSecond;
        this.clock = clock;
        this.parkNanos = parkNanos;
        this.start = clock.instant();
    }

    /**
     * Returns when the record after {@code sent} others may go, at once when the rate is 0 or the thread interrupted.
     */
    void await(long sent) {
        if (perSecond == 0) {
            return;
        }
        long dueNanos = (long) (sent * (1e9 / perSecond));
        long early = dueNanos - elapsed().toNanos();
        while (early > 0 && !Thread.currentThread().isInterrupted()) {
            parkNanos.accept(early);
            early = dueNanos - elapsed().toNanos();
        }
    }

    /** Since this pacer was made. */
    Duration elapsed() {
        return Duration.between(start, clock.instant());
    }
}
