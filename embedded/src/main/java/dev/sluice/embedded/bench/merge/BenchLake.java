package dev.sluice.embedded.bench.merge;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.schemas.orders.OrderSchemas;
import dev.sluice.sink.bronze.BronzeTables;
import dev.sluice.sink.duck.DataFileWriter;
import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.DuckDbSettings;
import dev.sluice.sink.duck.LocalFiles;
import dev.sluice.sink.model.EngineSettings;
import dev.sluice.sink.table.LocalFileIO;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;

/** A catalog in a file, with a bronze table whose rows DuckDB makes up. */
final class BenchLake implements AutoCloseable {
    static final TableIdentifier BRONZE = TableIdentifier.of("bronze", "orders");
    static final TableIdentifier SILVER = TableIdentifier.of("silver", "orders");

    private final JdbcCatalog catalog;
    private final Path folder;
    private final String memory;
    private final int threads;
    private int landed;

    private BenchLake(JdbcCatalog catalog, Path folder, String memory, int threads) {
        this.catalog = catalog;
        this.folder = folder;
        this.memory = memory;
        this.threads = threads;
    }

    static BenchLake create(Path folder, String memory, int threads) {
        Path work = folder.resolve("merge");
        try {
            if (Files.isDirectory(work)) {
                try (Stream<Path> old = Files.walk(work)) {
                    for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(path);
                    }
                }
            }
            Files.createDirectories(work);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        JdbcCatalog catalog = new JdbcCatalog();
        catalog.initialize(
                "bench",
                Map.of(
                        CatalogProperties.URI, "jdbc:sqlite:" + work.resolve("catalog.db"),
                        CatalogProperties.WAREHOUSE_LOCATION,
                                work.resolve("warehouse").toUri().toString(),
                        CatalogProperties.FILE_IO_IMPL, LocalFileIO.class.getName()));
        catalog.createNamespace(Namespace.of("bronze"));
        BronzeTables tables = new BronzeTables(catalog);
        tables.loadOrCreate(BRONZE);
        tables.evolved(BRONZE, 2, OrderSchemas.v2());
        return new BenchLake(catalog, work, memory, threads);
    }

    Catalog catalog() {
        return catalog;
    }

    EngineSettings engine() {
        return new EngineSettings(folder.resolve("work"), memory, threads, 1);
    }

    DuckDbSettings instance() {
        return new DuckDbSettings(memory, threads, folder.resolve("spill"));
    }

    /** Appends the rows of a query to bronze, in one file and one snapshot. */
    void land(String select) {
        Table bronze = catalog.loadTable(BRONZE);
        append(bronze, select, "landed-" + landed++);
    }

    /** Appends the rows of a query, named as the table's columns. */
    void append(Table table, String select, String fileName) {
        try (LocalFiles local = new LocalFiles(folder.resolve("files"));
                DuckDb db = DuckDb.open(instance())) {
            append(table, db, local, select, fileName);
        } catch (SQLException e) {
            throw new SluiceException(ErrorCode.BUG, "Cannot make rows of %s: %s".formatted(table, e.getMessage()), e);
        }
    }

    static void append(Table table, DuckDb db, LocalFiles local, String select, String fileName) throws SQLException {
        List<String> columns =
                table.schema().columns().stream().map(Types.NestedField::name).toList();
        AppendFiles append = table.newFastAppend();
        new DataFileWriter(db, local).write(table, select, columns, fileName).forEach(append::appendFile);
        append.commit();
    }

    /** A table with the columns of another. */
    Table like(Table table, TableIdentifier name) {
        return catalog.createTable(
                name, new Schema(table.schema().columns()), table.spec(), Map.of("format-version", "3"));
    }

    @Override
    public void close() {
        catalog.close();
    }
}
