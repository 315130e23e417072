package dev.sluice.app.model;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.model.EngineSettings;
import dev.sluice.sink.model.ModelEngine;
import dev.sluice.sink.model.trino.TrinoEngine;
import java.time.InstantSource;
import org.apache.iceberg.catalog.Catalog;

/** Engines for models, of the type that a pipeline is configured with. */
public final class ModelEngines {
    private ModelEngines() {}

    /**
     * An engine that nobody else uses the work folder of.
     *
     * @param settings of DuckDB; of a cluster, the work folder and the commit attempts count
     */
    public static ModelEngine open(
            SluiceConfig config, Catalog catalog, EngineSettings settings, InstantSource clock, TableFaults faults) {
        return switch (config.engine().type()) {
            case DUCKDB -> new ModelEngine(catalog, settings, clock, faults);
            case TRINO ->
                new ModelEngine(
                        catalog,
                        new TrinoEngine(config.trino().orElseThrow(), settings.workFolder(), clock, faults),
                        settings.commitAttempts(),
                        clock,
                        faults);
        };
    }
}
