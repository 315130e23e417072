package dev.sluice.embedded.ingest;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** Something that blocks, run on a thread of its own. */
final class RunningTask {
    private final CompletableFuture<Void> running;

    RunningTask(String thread, Runnable task) {
        this.running = CompletableFuture.runAsync(task, work -> new Thread(work, thread).start());
    }

    boolean ended() {
        return running.isDone();
    }

    void awaitEnd() {
        running.exceptionally(failure -> null).orTimeout(30, TimeUnit.SECONDS).join();
    }

    /** Waits for the end; throws what the task failed with. */
    void outcome() {
        awaitEnd();
        try {
            running.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        }
    }
}
