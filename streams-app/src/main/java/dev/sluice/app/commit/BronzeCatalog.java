package dev.sluice.app.commit;

import dev.sluice.app.announce.DataFileJson;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.bronze.BronzeBatch;
import dev.sluice.sink.bronze.BronzeCommit;
import dev.sluice.sink.bronze.BronzeCommitter;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.ledger.Ledger;
import dev.sluice.sink.ledger.TableLedger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;

/** The bronze tables as the committer sees them; the catalog's exceptions come out as {@link SluiceException}s. */
final class BronzeCatalog {
    private final Catalog catalog;
    private final TableFaults faults;

    BronzeCatalog(Catalog catalog) {
        this(catalog, TableFaults.none());
    }

    BronzeCatalog(Catalog catalog, TableFaults faults) {
        this.catalog = catalog;
        this.faults = faults;
    }

    /** What the table holds; nothing when there is no such table. */
    Optional<Ledger> ledger(String table) {
        return CatalogFailures.guarded(table, "read what the table holds", () -> {
            try {
                return Optional.of(TableLedger.read(catalog.loadTable(TableIdentifier.parse(table))));
            } catch (NoSuchTableException e) {
                return Optional.empty();
            }
        });
    }

    /**
     * Commits batches of one table in the order of their announcements.
     *
     * @throws SluiceException as {@link BronzeCommitter#commit}; {@code TABLE_MISSING}; {@code CATALOG_UNAVAILABLE}
     */
    BronzeCommit commit(String table, List<AnnouncedBatch> announced, long epoch) {
        return CatalogFailures.guarded(table, "commit announced files", () -> {
            Table loaded = catalog.loadTable(TableIdentifier.parse(table));
            List<BronzeBatch> batches = new ArrayList<>();
            for (AnnouncedBatch batch : announced) {
                batches.add(new BronzeBatch(
                        batch.announcement().range(),
                        batch.offset(),
                        batch.announcement().counts(),
                        batch.announcement().files().stream()
                                .map(file -> DataFileJson.read(file, loaded.specs()))
                                .toList()));
            }
            return new BronzeCommitter(loaded, faults).commit(batches, epoch);
        });
    }
}
