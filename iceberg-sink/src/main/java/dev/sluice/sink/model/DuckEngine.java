package dev.sluice.sink.model;

import dev.sluice.sink.duck.Cancellation;
import dev.sluice.sink.duck.KeptInstance;
import dev.sluice.sink.duck.Leftovers;
import dev.sluice.sink.fault.TableFaults;

/** Runs models in DuckDB, in this process. */
final class DuckEngine implements SqlEngine {
    private final EngineSettings settings;
    private final TableFaults faults;
    private final Cancellation cancellation = new Cancellation();
    private final KeptInstance instance;

    DuckEngine(EngineSettings settings, TableFaults faults) {
        this.settings = settings;
        this.faults = faults;
        this.instance = new KeptInstance(settings.instance(settings.spillFolder()), cancellation);
    }

    @Override
    public Attempt attempt(Pinned pinned) {
        return new DuckAttempt(pinned, settings, instance, faults);
    }

    @Override
    public void sweep() {
        Leftovers.contents(settings.runsFolder());
        Leftovers.contents(settings.spillFolder());
    }

    @Override
    public void close() {
        cancellation.request();
        instance.close();
    }
}
