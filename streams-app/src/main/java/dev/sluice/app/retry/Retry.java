package dev.sluice.app.retry;

import dev.sluice.error.ErrorKind;
import dev.sluice.error.SluiceException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Repeats a call while a neighbour is away ({@link ErrorKind#EXTERNAL}), for a limited time. */
public final class Retry {
    private static final Logger LOG = LoggerFactory.getLogger(Retry.class);

    private static final Duration AT_START = Duration.ofMinutes(2);

    private final Duration budget;
    private final Backoff backoff;
    private final Pause pause;
    private final InstantSource clock;
    private final Consumer<SluiceException> failed;

    /**
     * Retries with that patience.
     *
     * @param budget no new attempt starts later than this after the first
     */
    public Retry(Duration budget, Backoff backoff, Pause pause, InstantSource clock) {
        this(budget, backoff, pause, clock, failure -> {});
    }

    /**
     * Retries with that patience, and tells of every failure that is waited out.
     *
     * @param budget no new attempt starts later than this after the first
     */
    public Retry(Duration budget, Backoff backoff, Pause pause, InstantSource clock, Consumer<SluiceException> failed) {
        this.budget = budget;
        this.backoff = backoff;
        this.pause = pause;
        this.clock = clock;
        this.failed = failed;
    }

    /** The patience of a service that starts: two minutes, so that it may be started before its neighbours. */
    public static Retry atStart(Pause pause, InstantSource clock) {
        return new Retry(AT_START, Backoff.STANDARD, pause, clock);
    }

    /** No patience: the first failure is the answer. */
    public static Retry never(InstantSource clock) {
        return new Retry(Duration.ZERO, Backoff.STANDARD, new Pause(), clock);
    }

    /**
     * The first answer.
     *
     * @throws SluiceException the last failure when time is up or the service stops; any failure of another kind
     */
    public <T> T call(String what, Supplier<T> action) {
        Instant deadline = clock.instant().plus(budget);
        for (int failures = 1; ; failures++) {
            try {
                return action.get();
            } catch (SluiceException e) {
                Duration wait = backoff.after(failures);
                boolean late = clock.instant().plus(wait).isAfter(deadline);
                if (e.kind() == ErrorKind.EXTERNAL) {
                    failed.accept(e);
                }
                if (e.kind() != ErrorKind.EXTERNAL || late || !pause.await(wait)) {
                    throw e;
                }
                LOG.atWarn()
                        .addKeyValue("what", what)
                        .addKeyValue("failures", failures)
                        .addKeyValue("error", e.getMessage())
                        .log("a neighbour failed, trying again");
            }
        }
    }

    /**
     * Does what has no answer.
     *
     * @return false when the service was asked to stop before it succeeded
     * @throws SluiceException as {@link #call}
     */
    public boolean done(String what, Runnable action) {
        try {
            return call(what, () -> {
                action.run();
                return true;
            });
        } catch (SluiceException e) {
            if (e.kind() == ErrorKind.EXTERNAL && pause.isStopped()) {
                return false;
            }
            throw e;
        }
    }
}
