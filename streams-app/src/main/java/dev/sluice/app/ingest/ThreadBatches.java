package dev.sluice.app.ingest;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The open micro-batches of a service, each found by the stream thread that asks. */
final class ThreadBatches {
    private final StartPositions positions;
    private final Map<Thread, ThreadBatch> batches = new ConcurrentHashMap<>();

    ThreadBatches(StartPositions positions) {
        this.positions = positions;
    }

    /** The calling thread's. */
    ThreadBatch current() {
        return batches.computeIfAbsent(Thread.currentThread(), thread -> new ThreadBatch(positions));
    }

    /** Forgets the calling thread's batch if nothing is left in it; threads are replaced after failures. */
    void forgetIdle() {
        batches.computeIfPresent(Thread.currentThread(), (thread, batch) -> batch.isIdle() ? null : batch);
    }
}
