package dev.sluice.embedded.catalog;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.table.LocalFileIO;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.CatalogUtil;

/**
 * An Iceberg REST catalog on 127.0.0.1, for every client that speaks the specification: ours, Trino, Spark, PyIceberg,
 * DuckDB. Its state is one SQLite file, its tables are in a local folder under {@code file:///} locations.
 *
 * <p>A commit of one table is atomic by compare-and-set. A commit of several tables is one database transaction:
 * readers that load a table after it see the new state of each, and a failure leaves all as they were.
 */
public final class EmbeddedCatalog implements AutoCloseable {
    private static final int THREADS = 8;
    private static final String HOST = "127.0.0.1";

    private final CatalogStore store;
    private final CatalogHttp http;
    private final HttpServer server;
    private final ExecutorService threads;
    private final String warehouse;

    private EmbeddedCatalog(
            CatalogStore store, CatalogHttp http, HttpServer server, ExecutorService threads, String warehouse) {
        this.store = store;
        this.http = http;
        this.server = server;
        this.threads = threads;
        this.warehouse = warehouse;
    }

    /**
     * Opens the database, or makes it, and serves it.
     *
     * @param database the SQLite file
     * @param warehouse the folder of the tables
     * @param port 0 for any free one
     * @throws SluiceException PORT_IN_USE; DATA_FOLDER when the folders cannot be made or the database not opened
     */
    public static EmbeddedCatalog start(Path database, Path warehouse, int port) {
        HttpServer server = bind(port);
        try {
            String location = "file://"
                    + Files.createDirectories(warehouse.toAbsolutePath().normalize());
            Path file = database.toAbsolutePath().normalize();
            CatalogStore store = CatalogStore.open(file, location);
            CatalogHttp http = new CatalogHttp(new CatalogRoutes(store));
            AtomicInteger number = new AtomicInteger();
            ExecutorService threads = Executors.newFixedThreadPool(THREADS, work -> {
                Thread thread = new Thread(work, "sluice-catalog-" + number.incrementAndGet());
                thread.setDaemon(true);
                return thread;
            });
            server.createContext("/", http);
            server.setExecutor(threads);
            server.start();
            return new EmbeddedCatalog(store, http, server, threads, location);
        } catch (IOException | RuntimeException e) {
            server.stop(0);
            throw new SluiceException(
                    ErrorCode.DATA_FOLDER,
                    "Cannot open the catalog %s with the warehouse %s: %s"
                            .formatted(database, warehouse, e.getMessage()),
                    e);
        }
    }

    /** Where clients connect, {@code http://127.0.0.1:<port>}. */
    public String uri() {
        return "http://" + HOST + ":" + port();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** The location of the warehouse folder, {@code file:///...}. */
    public String warehouse() {
        return warehouse;
    }

    /** What {@link CatalogUtil#buildIcebergCatalog} needs for a client of this catalog. */
    public Map<String, String> clientProperties() {
        return Map.of(
                CatalogUtil.ICEBERG_CATALOG_TYPE,
                CatalogUtil.ICEBERG_CATALOG_TYPE_REST,
                CatalogProperties.URI,
                uri(),
                CatalogProperties.WAREHOUSE_LOCATION,
                warehouse,
                CatalogProperties.FILE_IO_IMPL,
                LocalFileIO.class.getName());
    }

    /** Lets requests under way finish, for a few seconds, and stops. */
    @Override
    public void close() {
        http.drain();
        server.stop(0);
        threads.shutdownNow();
        store.close();
    }

    private static HttpServer bind(int port) {
        // Without it, a small answer waits 40 ms for the client's acknowledgement of its headers.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new SluiceException(
                    ErrorCode.PORT_IN_USE,
                    "Cannot start the Iceberg catalog: port %d of %s cannot be bound, expected a free port, found %s"
                            .formatted(port, HOST, e.getMessage()),
                    e);
        }
    }
}
