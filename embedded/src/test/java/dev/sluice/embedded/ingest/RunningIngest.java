package dev.sluice.embedded.ingest;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.fault.Faults;
import dev.sluice.app.ingest.IngestService;
import dev.sluice.app.ingest.IngestStatus;
import dev.sluice.sink.bronze.BronzeTables;
import java.time.Clock;
import java.time.Duration;

/** An instance of the ingest on a thread of its own. */
final class RunningIngest implements AutoCloseable {
    private final IngestService service;
    private final RunningTask task;

    RunningIngest(TestPlatform platform, SluiceConfig config, Faults faults) {
        this.service = new IngestService(
                config, platform.registry(), new BronzeTables(platform.catalog()), Clock.systemUTC(), faults);
        this.task = new RunningTask("ingest-test", service);
    }

    RunningIngest(TestPlatform platform, SluiceConfig config) {
        this(platform, config, Faults.none());
    }

    void awaitRunning() {
        Await.until("instance to run", Duration.ofSeconds(30), () -> service.isRunning() || task.ended());
    }

    IngestStatus status() {
        return service.status();
    }

    /** Ends the instance; throws what it failed with. */
    @Override
    public void close() {
        service.close();
        task.outcome();
    }
}
