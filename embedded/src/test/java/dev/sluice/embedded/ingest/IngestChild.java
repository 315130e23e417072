package dev.sluice.embedded.ingest;

import dev.sluice.app.config.ConfigFile;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.fault.Faults;
import dev.sluice.app.ingest.IngestService;
import dev.sluice.schemas.registry.HttpSchemaRegistry;
import dev.sluice.schemas.registry.SchemaRegistry;
import dev.sluice.sink.bronze.BronzeTables;
import java.nio.file.Path;
import java.time.Clock;
import org.apache.iceberg.CatalogUtil;

/** The ingest as a process of its own, so that it can be killed. */
final class IngestChild {
    private IngestChild() {}

    public static void main(String[] args) {
        SluiceConfig config = ConfigFile.load(Path.of(args[0]), System.getenv());
        SchemaRegistry registry = HttpSchemaRegistry.from(config.registry());
        BronzeTables tables = new BronzeTables(CatalogUtil.buildIcebergCatalog(
                config.catalog().name(), config.catalog().properties(), null));
        new IngestService(config, registry, tables, Clock.systemUTC(), Faults.fromSystemProperty()).run();
    }
}
