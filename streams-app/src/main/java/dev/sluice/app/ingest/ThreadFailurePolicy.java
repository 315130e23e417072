package dev.sluice.app.ingest;

import dev.sluice.app.retry.Backoff;
import dev.sluice.app.retry.Pause;
import dev.sluice.error.ErrorKind;
import dev.sluice.error.SluiceException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what follows when a stream thread dies. Either way its transaction is aborted and nothing is lost. A
 * neighbour that is away is waited for: the thread is replaced, until the patience ends. Anything else stops the
 * service.
 */
final class ThreadFailurePolicy implements StreamsUncaughtExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadFailurePolicy.class);

    private final Duration giveUpAfter;
    private final IngestStatistics statistics;
    private final Pause pause;
    private final InstantSource clock;
    private final AtomicReference<@Nullable SluiceException> fatal = new AtomicReference<>();

    ThreadFailurePolicy(Duration giveUpAfter, IngestStatistics statistics, Pause pause, InstantSource clock) {
        this.giveUpAfter = giveUpAfter;
        this.statistics = statistics;
        this.pause = pause;
        this.clock = clock;
    }

    /** The failure that stopped the service, if one did. */
    @Nullable
    SluiceException fatal() {
        return fatal.get();
    }

    @Override
    public StreamThreadExceptionResponse handle(Throwable thrown) {
        SluiceException failure = Failures.of(thrown);
        Instant since = statistics.failed(String.valueOf(failure.getMessage()));
        boolean passing = failure.kind() == ErrorKind.EXTERNAL || failure.kind() == ErrorKind.CONFLICT;
        boolean patient = clock.instant().isBefore(since.plus(giveUpAfter));
        if (!passing || !patient) {
            LOG.atError()
                    .addKeyValue("code", failure.code().label())
                    .setCause(thrown)
                    .log("landing stops");
            fatal.compareAndSet(null, failure);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        Duration wait = Backoff.STANDARD.after(statistics.failures());
        LOG.atWarn()
                .addKeyValue("code", failure.code().label())
                .addKeyValue("error", failure.getMessage())
                .addKeyValue("wait_ms", wait.toMillis())
                .log("landing is interrupted and will begin again from the committed offsets");
        return pause.await(wait)
                ? StreamThreadExceptionResponse.REPLACE_THREAD
                : StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
}
