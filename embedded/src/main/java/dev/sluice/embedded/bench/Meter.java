package dev.sluice.embedded.bench;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Watches a process land a topic: CPU time against records landed. */
final class Meter {
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration STANDSTILL = Duration.ofMinutes(5);

    private final long events;
    private final Duration limit;

    /** @param events records to wait for */
    Meter(long events, Duration limit) {
        this.events = events;
        this.limit = limit;
    }

    /**
     * Waits until everything is landed.
     *
     * @param landed records landed so far, as anyone can see them
     * @param output asked once, at the end
     */
    Measurement measure(ChildJvm process, String name, LongSupplier landed, Supplier<Output> output) {
        long start = System.nanoTime();
        long middleCpu = 0;
        long middle = 0;
        long last = 0;
        long lastProgress = start;
        while (true) {
            long done = landed.getAsLong();
            long cpu = process.cpuMillis();
            if (done > last) {
                last = done;
                lastProgress = System.nanoTime();
            }
            if (middle == 0 && done >= events / 2) {
                middle = done;
                middleCpu = cpu;
            }
            if (done >= events) {
                long wall = (System.nanoTime() - start) / 1_000_000;
                Output written = output.get();
                return new Measurement(
                        name,
                        done,
                        cpu,
                        wall,
                        done - middle,
                        cpu - middleCpu,
                        process.peakBytes(),
                        written.files(),
                        written.bytes());
            }
            process.requireAlive();
            long now = System.nanoTime();
            if (now - start > limit.toNanos() || now - lastProgress > STANDSTILL.toNanos()) {
                throw new SluiceException(
                        ErrorCode.PIECE_FAILED,
                        "Cannot measure %s: it did not land the topic within %d min, or stood still for %d, expected %d records, found %d; its output is in %s"
                                .formatted(
                                        name, limit.toMinutes(), STANDSTILL.toMinutes(), events, done, process.log()));
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    /**
     * What a process has written.
     *
     * @param files data files
     * @param bytes of those
     */
    record Output(long files, long bytes) {}
}
