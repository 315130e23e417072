package dev.sluice.sink.model;

import dev.sluice.sink.duck.Cancellation;
import dev.sluice.sink.duck.Leftovers;
import dev.sluice.sink.fault.TableFaults;

/** Runs models in DuckDB, in this process. */
final class DuckEngine implements SqlEngine {
    private final EngineSettings settings;
    private final TableFaults faults;
    private final Cancellation cancellation = new Cancellation();

    DuckEngine(EngineSettings settings, TableFaults faults) {
        this.settings = settings;
        this.faults = faults;
    }

    @Override
    public Attempt attempt(Pinned pinned) {
        return new DuckAttempt(pinned, settings, cancellation, faults);
    }

    @Override
    public void sweep() {
        Leftovers.contents(settings.workFolder().resolve("runs"));
    }

    @Override
    public void close() {
        cancellation.request();
    }
}
