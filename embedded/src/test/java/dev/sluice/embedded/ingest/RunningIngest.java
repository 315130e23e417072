package dev.sluice.embedded.ingest;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.fault.Faults;
import dev.sluice.app.ingest.IngestService;
import dev.sluice.app.ingest.IngestStatus;
import dev.sluice.sink.bronze.BronzeTables;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An instance of the ingest on a thread of its own. */
final class RunningIngest implements AutoCloseable {
    private final IngestService service;
    private final CompletableFuture<Void> running;

    RunningIngest(TestPlatform platform, SluiceConfig config, Faults faults) {
        this.service = new IngestService(
                config, platform.registry(), new BronzeTables(platform.catalog()), Clock.systemUTC(), faults);
        this.running = CompletableFuture.runAsync(service, task -> new Thread(task, "ingest-test").start());
    }

    RunningIngest(TestPlatform platform, SluiceConfig config) {
        this(platform, config, Faults.none());
    }

    void awaitRunning() {
        Await.until("instance to run", Duration.ofSeconds(30), () -> service.isRunning() || running.isDone());
    }

    IngestStatus status() {
        return service.status();
    }

    /** Ends the instance; throws what it failed with. */
    @Override
    public void close() {
        service.close();
        outcome();
    }

    void outcome() {
        try {
            running.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new AssertionError(e);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("The instance did not end", e);
        }
    }
}
