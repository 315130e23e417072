package dev.sluice.app.commit;

import dev.sluice.app.announce.DataFileJson;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.bronze.BronzeBatch;
import dev.sluice.sink.bronze.BronzeCommit;
import dev.sluice.sink.bronze.BronzeCommitter;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.ledger.Ledger;
import dev.sluice.sink.ledger.TableLedger;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;

/** The bronze tables as the committer sees them; the catalog's exceptions come out as {@link SluiceException}s. */
final class BronzeCatalog {
    private static final String ICEBERG = "org.apache.iceberg.";

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
        return guarded(table, () -> {
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
        return guarded(table, () -> {
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

    private static <T> T guarded(String table, Supplier<T> action) {
        try {
            return action.get();
        } catch (SluiceException e) {
            throw e;
        } catch (NoSuchTableException e) {
            throw new SluiceException(
                    ErrorCode.TABLE_MISSING,
                    "[" + table
                            + "] Cannot commit announced files: the catalog has no such table, expected the one they were written for. "
                            + "If it was dropped on purpose, its files and the announcements before it are to be given up by hand.",
                    e);
        } catch (UncheckedIOException e) {
            throw unavailable(table, e);
        } catch (RuntimeException e) {
            if (e.getClass().getName().startsWith(ICEBERG)) {
                throw unavailable(table, e);
            }
            throw new SluiceException(ErrorCode.BUG, "[" + table + "] Cannot commit announced files: " + e, e);
        }
    }

    private static SluiceException unavailable(String table, RuntimeException cause) {
        return new SluiceException(
                ErrorCode.CATALOG_UNAVAILABLE,
                "[" + table + "] Cannot reach the table: " + cause.getClass().getSimpleName() + ": "
                        + cause.getMessage(),
                cause);
    }
}
