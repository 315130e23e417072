package dev.sluice.embedded.connect;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** Waits for something another process does, by asking again until it is so or the time is over. */
final class Deadline {
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final long end;

    private Deadline(long end) {
        this.end = end;
    }

    static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    boolean isOver() {
        return System.nanoTime() - end > 0;
    }

    /** @param what the end of the sentence "Timed out waiting for" */
    void until(String what, Condition condition) throws Exception {
        while (!condition.holds()) {
            if (isOver()) {
                throw new TimeoutException("Timed out waiting for " + what);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /** Asked again and again. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws Exception;
    }
}
