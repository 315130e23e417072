package dev.sluice.embedded.chaos;

import dev.sluice.app.commit.CommitStatus;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.fault.Faults;
import dev.sluice.app.ingest.IngestStatus;
import dev.sluice.app.retry.Retry;
import dev.sluice.app.service.Part;
import dev.sluice.app.service.PipelineService;
import dev.sluice.embedded.ingest.Await;
import dev.sluice.error.SluiceException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** The service on a thread of the test. */
final class RunningService implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final PipelineService service;
    private final CompletableFuture<Void> ended;

    RunningService(SluiceConfig config, Set<Part> parts, InstantSource clock) {
        this.service = new PipelineService(config, parts, clock, Faults.none(), Retry.never(clock));
        this.ended = CompletableFuture.runAsync(service, work -> new Thread(work, "service-test").start());
    }

    IngestStatus ingest() {
        return service.ingest().orElseThrow();
    }

    CommitStatus committer() {
        return service.committer().orElseThrow();
    }

    boolean hasEnded() {
        return ended.isDone();
    }

    /** Throws what the service failed with, if it has. */
    void check() {
        if (ended.isDone()) {
            ended.join();
        }
    }

    /** Waits until the service has stopped by itself; answers why. */
    SluiceException failure() {
        Await.until("the service to stop", LIMIT, ended::isDone);
        try {
            ended.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof SluiceException failure) {
                return failure;
            }
        }
        throw new AssertionError("The service ended as if all were well");
    }

    @Override
    public void close() {
        service.close();
        ended.exceptionally(failure -> null)
                .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
    }
}
