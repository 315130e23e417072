package dev.sluice.embedded.ingest;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Polls a condition until it holds or time is up. */
public final class Await {
    private static final Duration STEP = Duration.ofMillis(50);

    private Await() {}

    public static void until(String what, Duration limit, BooleanSupplier condition) {
        until(what, limit, condition, () -> "");
    }

    public static void until(String what, Duration limit, BooleanSupplier condition, Supplier<String> state) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Waited " + limit.toSeconds() + " s in vain for: " + what + " " + state.get());
            }
            LockSupport.parkNanos(STEP.toNanos());
        }
    }
}
