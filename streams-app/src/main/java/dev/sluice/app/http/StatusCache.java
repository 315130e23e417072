package dev.sluice.app.http;

import dev.sluice.app.status.PipelineStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A status that is read at most every few seconds, however many ask for it. */
final class StatusCache {
    private static final Duration FRESH = Duration.ofSeconds(3);

    private final Supplier<PipelineStatus> reader;
    private final InstantSource clock;
    private @Nullable PipelineStatus last;
    private Instant readAt = Instant.EPOCH;

    StatusCache(Supplier<PipelineStatus> reader, InstantSource clock) {
        this.reader = reader;
        this.clock = clock;
    }

    synchronized PipelineStatus get() {
        Instant now = clock.instant();
        PipelineStatus known = last;
        if (known == null || Duration.between(readAt, now).abs().compareTo(FRESH) > 0) {
            known = reader.get();
            last = known;
            readAt = now;
        }
        return known;
    }
}
