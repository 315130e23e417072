package dev.sluice.app.http;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Something that is read at most every so often, however many ask for it. */
final class Cached<T> {
    private final Supplier<T> reader;
    private final Duration fresh;
    private final InstantSource clock;
    private @Nullable T last;
    private Instant readAt = Instant.EPOCH;

    Cached(Supplier<T> reader, Duration fresh, InstantSource clock) {
        this.reader = reader;
        this.fresh = fresh;
        this.clock = clock;
    }

    synchronized T get() {
        Instant now = clock.instant();
        T known = last;
        if (known == null || Duration.between(readAt, now).abs().compareTo(fresh) > 0) {
            known = reader.get();
            last = known;
            readAt = now;
        }
        return known;
    }
}
