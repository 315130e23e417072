package dev.sluice.app.backfill;

import dev.sluice.app.retry.Pause;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.time.Duration;
import java.time.InstantSource;

/** Keeps a reader below a rate, in records per second. Time spent on other things is not made up for. */
final class Throttle {
    private static final long MOST_CREDIT_MILLIS = 1000;

    private final long perSecond;
    private final Pause pause;
    private final InstantSource clock;
    private double credit;
    private long last;

    /** @param perSecond 0 for no limit */
    Throttle(long perSecond, Pause pause, InstantSource clock) {
        this.perSecond = perSecond;
        this.pause = pause;
        this.clock = clock;
        this.last = clock.millis();
    }

    /**
     * Takes one record's share, and waits for it.
     *
     * @throws SluiceException {@code BACKFILL_STOPPED} when the run was asked to stop meanwhile
     */
    void take() {
        if (pause.isStopped()) {
            throw stopped();
        }
        if (perSecond == 0) {
            return;
        }
        long now = clock.millis();
        // A clock that is set back must not make the reader wait for the time it lost.
        long elapsed = Math.max(0, now - last);
        credit = Math.min(perSecond * MOST_CREDIT_MILLIS / 1000.0, credit + elapsed * perSecond / 1000.0);
        last = now;
        credit -= 1;
        if (credit < 0 && !pause.await(Duration.ofMillis((long) Math.ceil(-credit * 1000 / perSecond)))) {
            throw stopped();
        }
    }

    static SluiceException stopped() {
        return new SluiceException(ErrorCode.BACKFILL_STOPPED, "Stopped on request; resume it to go on");
    }
}
