package dev.sluice.embedded.bench;

import org.apache.iceberg.Snapshot;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.jspecify.annotations.Nullable;

/** What anyone sees of a table that is being landed into: the totals of its newest snapshot. */
final class LandedTable {
    private final Catalog catalog;
    private final TableIdentifier name;

    LandedTable(Catalog catalog, String name) {
        this.catalog = catalog;
        this.name = TableIdentifier.parse(name);
    }

    long rows() {
        return total("total-records");
    }

    Meter.Output output() {
        return new Meter.Output(total("total-data-files"), total("total-files-size"));
    }

    private long total(String key) {
        Snapshot snapshot = snapshot();
        return snapshot == null ? 0 : Long.parseLong(snapshot.summary().getOrDefault(key, "0"));
    }

    @Nullable
    Snapshot snapshot() {
        try {
            return catalog.loadTable(name).currentSnapshot();
        } catch (NoSuchTableException e) {
            return null;
        }
    }
}
