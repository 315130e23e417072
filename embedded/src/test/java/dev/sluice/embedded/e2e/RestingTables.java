package dev.sluice.embedded.e2e;

import dev.sluice.embedded.catalog.EmbeddedCatalog;
import java.nio.file.Path;

/** The tables of a data folder on which no platform runs. */
final class RestingTables implements AutoCloseable {
    private final EmbeddedCatalog catalog;
    private final Tables tables;

    RestingTables(Path dataFolder) {
        this.catalog = EmbeddedCatalog.start(dataFolder.resolve("catalog.db"), dataFolder.resolve("warehouse"), 0);
        this.tables = new Tables(catalog.clientProperties());
    }

    Tables tables() {
        return tables;
    }

    @Override
    public void close() {
        tables.close();
        catalog.close();
    }
}
