package dev.sluice.embedded.connect;

import dev.sluice.app.config.ConfigFile;
import dev.sluice.app.fault.Faults;
import dev.sluice.app.retry.Retry;
import dev.sluice.app.service.Part;
import dev.sluice.app.service.PipelineService;
import dev.sluice.embedded.catalog.EmbeddedCatalog;
import dev.sluice.sink.duck.DuckDbSettings;
import dev.sluice.sink.query.QueryEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/** The whole service at work as a shipped configuration says, only in quicker steps, and its tables as they stand. */
final class LandedTables implements AutoCloseable {
    private final EmbeddedCatalog served;
    private final Catalog catalog;
    private final QueryEngine queries;
    private final PipelineService service;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final CompletableFuture<Void> running;

    private LandedTables(EmbeddedCatalog served, Path folder, String yaml, Map<String, String> environment) {
        this.served = served;
        this.catalog = CatalogUtil.buildIcebergCatalog("view", served.clientProperties(), null);
        this.queries = new QueryEngine(catalog, new DuckDbSettings("256MB", 1, folder.resolve("spill")));
        this.service = new PipelineService(
                ConfigFile.parse("sluice.yaml", yaml, environment),
                Set.of(Part.values()),
                Clock.systemUTC(),
                Faults.none(),
                Retry.never(Clock.systemUTC()));
        this.running = CompletableFuture.runAsync(service, thread);
    }

    /** @param pipeline the folder of a {@code sluice.yaml} and its models, from the top of the checkout */
    static LandedTables start(Path folder, String pipeline, ConnectPlatform platform) throws IOException {
        Path shipped = Checkout.path(pipeline);
        EmbeddedCatalog served = EmbeddedCatalog.start(folder.resolve("catalog.db"), folder.resolve("warehouse"), 0);
        String yaml = Files.readString(shipped.resolve("sluice.yaml"))
                .replace("micro-batch: 2s", "micro-batch: 300ms")
                .replace("interval: 2s", "interval: 300ms")
                .replace("models: models", "models: " + shipped.resolve("models"));
        Map<String, String> environment = new HashMap<>();
        environment.put("SLUICE_DATA", folder.resolve("service").toString());
        environment.put("SLUICE_BOOTSTRAP_SERVERS", platform.bootstrapServers());
        environment.put("SLUICE_REGISTRY_URL", platform.registryUri().toString());
        environment.put("SLUICE_CATALOG_URI", served.uri());
        environment.put("SLUICE_PII_KEY", "a key for this test alone");
        return new LandedTables(served, folder, yaml, environment);
    }

    /** The table, once it has been made; throws what the service has ended with. */
    Optional<Table> table(String name) {
        if (running.isDone()) {
            running.join();
            throw new IllegalStateException("The service has ended");
        }
        TableIdentifier identifier = TableIdentifier.parse(name);
        return catalog.tableExists(identifier) ? Optional.of(catalog.loadTable(identifier)) : Optional.empty();
    }

    /** The columns of the table's rows, none while there is no such table. */
    List<List<@Nullable Object>> rows(String columns, String table, String condition) {
        return table(table).isEmpty()
                ? List.of()
                : queries.query("SELECT %s FROM %s WHERE %s".formatted(columns, table, condition))
                        .rows();
    }

    @Override
    public void close() {
        service.close();
        running.exceptionally(failure -> null).orTimeout(30, TimeUnit.SECONDS).join();
        thread.shutdown();
        served.close();
    }
}
