package dev.sluice.embedded.catalog;

import dev.sluice.sink.table.LocalFileIO;
import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.rest.CatalogHandlers;
import org.apache.iceberg.rest.requests.CommitTransactionRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;

/** Iceberg's JDBC catalog on a SQLite file, and commits over several tables that happen together or not at all. */
final class CatalogStore implements AutoCloseable {
    /** SQLite's write-ahead log, on the disk before a commit is reported; writers wait for each other, 30 s at most. */
    private static final String PRAGMAS =
            "?journal_mode=WAL&synchronous=FULL&busy_timeout=30000&transaction_mode=IMMEDIATE";

    private final JdbcCatalog catalog;
    private final CatalogPool pool;

    private CatalogStore(JdbcCatalog catalog, CatalogPool pool) {
        this.catalog = catalog;
        this.pool = pool;
    }

    static CatalogStore open(Path database, String warehouse) {
        String url = "jdbc:sqlite:" + database + PRAGMAS;
        CatalogPool pool = new CatalogPool(url, Map.of());
        JdbcCatalog catalog = new JdbcCatalog(CatalogStore::fileIO, properties -> pool, true);
        catalog.initialize(
                "sluice",
                Map.of(
                        CatalogProperties.URI,
                        url,
                        CatalogProperties.WAREHOUSE_LOCATION,
                        warehouse,
                        "jdbc.schema-version",
                        "V1",
                        "jdbc.strict-mode",
                        "true"));
        return new CatalogStore(catalog, pool);
    }

    JdbcCatalog catalog() {
        return catalog;
    }

    /**
     * Commits changes of several tables in one transaction of the database. All requirements are checked before
     * anything is written; readers see all of the changes or none. After a failure, metadata files may remain that no
     * table points at.
     */
    void commit(CommitTransactionRequest request) {
        pool.inTransaction(() -> {
            request.tableChanges().forEach(this::checkRequirements);
            request.tableChanges().forEach(change -> CatalogHandlers.updateTable(catalog, change.identifier(), change));
        });
    }

    @Override
    public void close() {
        catalog.close();
    }

    private void checkRequirements(UpdateTableRequest change) {
        TableIdentifier table = change.identifier();
        TableMetadata current = catalog.tableExists(table)
                ? ((BaseTable) catalog.loadTable(table)).operations().current()
                : null;
        change.requirements().forEach(requirement -> requirement.validate(current));
    }

    private static LocalFileIO fileIO(Map<String, String> properties) {
        LocalFileIO io = new LocalFileIO();
        io.initialize(properties);
        return io;
    }
}
