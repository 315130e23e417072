package dev.sluice.embedded.demo;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.fault.Faults;
import dev.sluice.app.retry.Retry;
import dev.sluice.app.service.Part;
import dev.sluice.app.service.PipelineService;
import dev.sluice.error.SluiceException;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The whole service on a thread of its own. */
final class RunningPipeline implements AutoCloseable {
    private final PipelineService service;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private RunningPipeline(PipelineService service) {
        this.service = service;
    }

    static RunningPipeline start(SluiceConfig config, InstantSource clock) {
        RunningPipeline running = new RunningPipeline(new PipelineService(
                config, Set.of(Part.values()), clock, Faults.fromSystemProperty(), Retry.never(clock)));
        Thread thread = new Thread(
                () -> {
                    try {
                        running.service.run();
                        running.ended.complete(null);
                    } catch (RuntimeException | Error e) {
                        running.ended.completeExceptionally(e);
                    }
                },
                "sluice-service");
        thread.start();
        return running;
    }

    /** Throws what made the service end, if anything did. */
    void check() {
        if (ended.isDone()) {
            join();
        }
    }

    /** Waits for the service's end. */
    void join() {
        try {
            ended.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof SluiceException known) {
                throw known;
            }
            throw e;
        }
    }

    /** The service itself, to look at. */
    PipelineService service() {
        return service;
    }

    /** Asks the service to end; returns at once. */
    void stop() {
        service.close();
    }

    /** Stops the service and waits for its end; a failure of it is not thrown again. */
    @Override
    public void close() {
        stop();
        ended.exceptionally(failure -> null).join();
    }
}
