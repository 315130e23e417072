package dev.sluice.embedded.ingest;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Polls a condition until it holds or time is up; one that is dear to ask is asked less often. */
public final class Await {
    private static final Duration STEP = Duration.ofMillis(50);

    private Await() {}

    public static void until(String what, Duration limit, BooleanSupplier condition) {
        until(what, limit, condition, () -> "");
    }

    public static void until(String what, Duration limit, BooleanSupplier condition, Supplier<String> state) {
        long deadline = System.nanoTime() + limit.toNanos();
        long asked = System.nanoTime();
        while (!condition.getAsBoolean()) {
            long answered = System.nanoTime();
            if (answered > deadline) {
                throw new AssertionError("Waited " + limit.toSeconds() + " s in vain for: " + what + " " + state.get());
            }
            LockSupport.parkNanos(Math.max(STEP.toNanos(), answered - asked));
            asked = System.nanoTime();
        }
    }
}
