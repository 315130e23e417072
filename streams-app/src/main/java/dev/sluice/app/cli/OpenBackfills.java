package dev.sluice.app.cli;

import dev.sluice.app.backfill.BackfillService;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.fault.Faults;
import dev.sluice.app.kafka.Cluster;
import dev.sluice.app.service.Catalogs;
import dev.sluice.schemas.registry.SchemaRegistry;
import dev.sluice.sink.model.ModelSet;
import java.time.Clock;

/** The backfills of a pipeline and the clients that they need. */
final class OpenBackfills implements AutoCloseable {
    private final Cluster cluster;
    private final Catalogs catalogs;
    private final SchemaRegistry registry;
    private final BackfillService service;

    OpenBackfills(SluiceConfig config) {
        ModelSet models = ModelSet.load(config.models());
        this.cluster = Cluster.open(config.kafka());
        this.catalogs = Catalogs.open(config.catalog());
        this.registry = SchemaRegistry.from(config.registry());
        this.service = new BackfillService(
                config, cluster, catalogs.catalog(), registry, models, Clock.systemUTC(), Faults.fromSystemProperty());
    }

    BackfillService service() {
        return service;
    }

    @Override
    public void close() {
        registry.close();
        catalogs.close();
        cluster.close();
    }
}
