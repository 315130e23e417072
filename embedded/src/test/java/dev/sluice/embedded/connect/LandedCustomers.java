package dev.sluice.embedded.connect;

import dev.sluice.app.config.ConfigFile;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.fault.Faults;
import dev.sluice.app.service.Part;
import dev.sluice.app.service.PipelineService;
import dev.sluice.embedded.catalog.EmbeddedCatalog;
import dev.sluice.sink.duck.DuckDbSettings;
import dev.sluice.sink.query.QueryEngine;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/** The whole service on the topic, and silver.customers as it stands: the example customers-from-postgres. */
final class LandedCustomers implements CustomersView {
    private static final String CURRENT = "SELECT customer_id, name, email, segment, country, updated_at, loyalty_tier"
            + " FROM silver.customers WHERE NOT is_deleted";

    private final EmbeddedCatalog served;
    private final Catalog catalog;
    private final QueryEngine queries;
    private final PipelineService service;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final CompletableFuture<Void> running;

    private LandedCustomers(EmbeddedCatalog served, Path folder, SluiceConfig config) {
        this.served = served;
        this.catalog = CatalogUtil.buildIcebergCatalog("view", served.clientProperties(), null);
        this.queries = new QueryEngine(catalog, new DuckDbSettings("256MB", 1, folder.resolve("spill")));
        this.service = new PipelineService(config, Set.of(Part.values()), Clock.systemUTC(), Faults.none());
        this.running = CompletableFuture.runAsync(service, thread);
    }

    static LandedCustomers start(Path folder, String bootstrapServers, URI registry) throws IOException {
        Path example = Checkout.path("docs/examples/customers-from-postgres");
        EmbeddedCatalog served = EmbeddedCatalog.start(folder.resolve("catalog.db"), folder.resolve("warehouse"), 0);
        String yaml = Files.readString(example.resolve("sluice.yaml"))
                .replace("micro-batch: 2s", "micro-batch: 300ms")
                .replace("interval: 2s", "interval: 300ms")
                .replace("models: models", "models: " + example.resolve("models"));
        SluiceConfig config = ConfigFile.parse(
                "sluice.yaml",
                yaml,
                Map.of(
                        "SLUICE_DATA", folder.resolve("service").toString(),
                        "SLUICE_BOOTSTRAP_SERVERS", bootstrapServers,
                        "SLUICE_REGISTRY_URL", registry.toString(),
                        "SLUICE_CATALOG_URI", served.uri()));
        return new LandedCustomers(served, folder, config);
    }

    @Override
    public Map<Long, Customer> customers() {
        if (running.isDone()) {
            running.join();
            throw new IllegalStateException("The service has ended");
        }
        Map<Long, Customer> customers = new TreeMap<>();
        if (catalog.tableExists(TableIdentifier.of("silver", "customers"))) {
            queries.query(CURRENT).rows().forEach(row -> customers.put((Long) row.get(0), customer(row)));
        }
        return customers;
    }

    private static Customer customer(List<@Nullable Object> row) {
        Instant updatedAt = ((OffsetDateTime) row.get(5)).toInstant();
        return new Customer(
                (Long) row.get(0),
                (String) row.get(1),
                (String) row.get(2),
                (String) row.get(3),
                (String) row.get(4),
                updatedAt,
                (String) row.get(6));
    }

    @Override
    public void close() {
        service.close();
        running.exceptionally(failure -> null).orTimeout(30, TimeUnit.SECONDS).join();
        thread.shutdown();
        served.close();
    }
}
