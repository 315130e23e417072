package dev.sluice.app.ingest;

import dev.sluice.app.config.SluiceConfig;
import java.time.InstantSource;
import java.util.UUID;

/** Makes the identity of each new micro-batch. */
final class BatchIdentities {
    private final String pipeline;
    private final String instance;
    private final InstantSource clock;

    BatchIdentities(SluiceConfig config, InstantSource clock) {
        this.pipeline = config.name();
        this.instance = config.instance();
        this.clock = clock;
    }

    BatchIdentity next() {
        return new BatchIdentity(pipeline, instance, UUID.randomUUID().toString(), clock.instant());
    }
}
