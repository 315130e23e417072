package dev.sluice.schemas.registry;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Waits that double up to a limit. Each is cut by up to half at random, so that clients do not return in step. */
record Backoff(Duration first, Duration longest, RandomGenerator random, Pause pause) {
    /** How a thread waits. */
    @FunctionalInterface
    interface Pause {
        void await(Duration wait) throws InterruptedException;
    }

    /**
     * Waits before a retry.
     *
     * @param retry 0 for the first one
     */
    void await(int retry) throws InterruptedException {
        long limit = longest.toMillis();
        long full = Math.min(limit, first.toMillis() << Math.min(retry, 20));
        pause.await(Duration.ofMillis(full / 2 + random.nextLong(full / 2 + 1)));
    }
}
