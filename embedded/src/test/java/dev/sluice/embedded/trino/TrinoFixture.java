package dev.sluice.embedded.trino;

import dev.sluice.embedded.catalog.EmbeddedCatalog;
import dev.sluice.embedded.chaos.CatalogProxy;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.trino.TrinoClient;
import dev.sluice.sink.trino.TrinoCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.junit.jupiter.api.Assumptions;

/**
 * A Trino server over an embedded catalog of its own, with a listener for everybody and one with TLS and tokens. The
 * data folder, a temporary one, goes when it is closed.
 */
final class TrinoFixture implements AutoCloseable {
    private final EmbeddedCatalog served;
    private final CatalogProxy way;
    private final SecureListener secure;
    private final Catalog catalog;
    private final TrinoServer server;
    private final Path data;
    private final List<TrinoClient> clients = new ArrayList<>();

    private TrinoFixture(
            Path data,
            EmbeddedCatalog served,
            CatalogProxy way,
            SecureListener secure,
            Catalog catalog,
            TrinoServer server) {
        this.data = data;
        this.served = served;
        this.way = way;
        this.secure = secure;
        this.catalog = catalog;
        this.server = server;
    }

    /** Skips the caller's tests on a machine without a Java for Trino. */
    static void assumeJava() {
        try {
            Java25.find();
        } catch (SluiceException e) {
            Assumptions.assumeTrue(e.code() != ErrorCode.JAVA_MISSING, e.getMessage());
            throw e;
        }
    }

    static TrinoFixture start(Path folder) {
        assumeJava();
        EmbeddedCatalog served = EmbeddedCatalog.start(folder.resolve("catalog.db"), folder.resolve("warehouse"), 0);
        CatalogProxy way = new CatalogProxy(served.uri());
        Catalog catalog = CatalogUtil.buildIcebergCatalog("sluice", served.clientProperties(), null);
        try {
            SecureListener secure = new SecureListener(folder);
            TrinoSettings settings =
                    new TrinoSettings(folder, TrinoCache.ready(), URI.create(way.uri()), 0, secure.settings());
            TrinoServer server = TrinoServer.start(settings, System.out::println);
            return new TrinoFixture(folder, served, way, secure, catalog, server);
        } catch (RuntimeException e) {
            way.close();
            served.close();
            throw e;
        }
    }

    Path data() {
        return data;
    }

    Catalog catalog() {
        return catalog;
    }

    /** What stands between Trino and the catalog; {@link #catalog()} and others go past it. */
    CatalogProxy wayToCatalog() {
        return way;
    }

    /** Trino's other listener. */
    SecureListener secure() {
        return secure;
    }

    /** For another process that opens the catalog. */
    Map<String, String> catalogProperties() {
        return served.clientProperties();
    }

    TrinoServer server() {
        return server;
    }

    TrinoClient as(String user) {
        TrinoClient client = TrinoClient.connect(TrinoCluster.of(server.jdbcUrl(), user));
        clients.add(client);
        return client;
    }

    /** Empties the catalog. */
    void dropTables() {
        SupportsNamespaces namespaces = (SupportsNamespaces) catalog;
        for (Namespace namespace : namespaces.listNamespaces()) {
            catalog.listTables(namespace).forEach(table -> catalog.dropTable(table, true));
            namespaces.dropNamespace(namespace);
        }
    }

    @Override
    public void close() {
        clients.forEach(TrinoClient::close);
        server.close();
        way.close();
        served.close();
        deleteAll(data);
    }

    private static void deleteAll(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
