package dev.sluice.embedded.platform;

import dev.sluice.embedded.broker.EmbeddedBroker;
import dev.sluice.embedded.catalog.EmbeddedCatalog;
import dev.sluice.embedded.registry.EmbeddedSchemaRegistry;
import dev.sluice.error.SluiceException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka, a schema registry and an Iceberg catalog in this JVM, on 127.0.0.1 and on one data folder. Whatever was in the
 * folder is there again after a restart, on whatever ports.
 */
public final class Platform implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Platform.class);

    private final DataFolder folder;
    private final Map<String, String> brokerOverrides;
    private EmbeddedSchemaRegistry registry;
    private EmbeddedCatalog catalog;
    private EmbeddedBroker broker;
    private boolean closed;

    private Platform(
            DataFolder folder,
            EmbeddedSchemaRegistry registry,
            EmbeddedCatalog catalog,
            EmbeddedBroker broker,
            Map<String, String> brokerOverrides) {
        this.folder = folder;
        this.registry = registry;
        this.catalog = catalog;
        this.broker = broker;
        this.brokerOverrides = Map.copyOf(brokerOverrides);
    }

    /** {@link #start(Path, PlatformPorts, Map)} with our own settings of the broker. */
    public static Platform start(Path dataFolder, PlatformPorts ports) {
        return start(dataFolder, ports, Map.of());
    }

    /**
     * Takes the data folder and starts everything on it; returns when all of it serves.
     *
     * @param brokerOverrides Kafka's own broker settings, which win over ours
     * @throws SluiceException DATA_FOLDER, DATA_FOLDER_HELD, PORT_IN_USE (the message names service and port), or
     *     KAFKA_UNAVAILABLE; nothing is left running then, and the folder is free
     */
    public static Platform start(Path dataFolder, PlatformPorts ports, Map<String, String> brokerOverrides) {
        Deque<AutoCloseable> started = new ArrayDeque<>();
        try {
            DataFolder folder = DataFolder.open(dataFolder);
            started.push(folder);
            Endpoints.delete(folder);
            EmbeddedSchemaRegistry registry = EmbeddedSchemaRegistry.start(folder.registry(), ports.registry());
            started.push(registry);
            // Kafka takes the longest; the catalog is ready before it.
            CompletableFuture<EmbeddedBroker> startingBroker =
                    inBackground(() -> EmbeddedBroker.start(folder.kafka(), ports.kafka(), brokerOverrides));
            started.push(() -> closeWhenStarted(startingBroker));
            EmbeddedCatalog catalog =
                    EmbeddedCatalog.start(folder.catalogDatabase(), folder.warehouse(), ports.catalog());
            started.push(catalog);
            Platform platform = new Platform(folder, registry, catalog, join(startingBroker), brokerOverrides);
            platform.endpoints().write(folder);
            return platform;
        } catch (RuntimeException e) {
            started.forEach(Platform::closeQuietly);
            throw e;
        }
    }

    public DataFolder folder() {
        return folder;
    }

    /** What this platform wrote for other processes. */
    public synchronized Endpoints endpoints() {
        return new Endpoints(
                broker.bootstrapServers(),
                registry.uri().toString(),
                catalog.uri(),
                catalog.warehouse(),
                ProcessHandle.current().pid());
    }

    /** For every Kafka client. */
    public synchronized Map<String, String> kafkaProperties() {
        return Map.of("bootstrap.servers", broker.bootstrapServers());
    }

    /** For every client of the schema registry. */
    public synchronized Map<String, String> registryProperties() {
        return Map.of("schema.registry.url", registry.uri().toString());
    }

    /** For {@code CatalogUtil.buildIcebergCatalog}. */
    public synchronized Map<String, String> catalogProperties() {
        return catalog.clientProperties();
    }

    /** Kafka's id of the cluster, the same for the life of the data folder. */
    public synchronized String clusterId() {
        return broker.clusterId();
    }

    /** Stops the broker alone: clients find nobody at its port. */
    public synchronized void stopBroker() {
        broker.close();
    }

    /** Starts a broker that was stopped again, on the same port and data. */
    public synchronized void startBroker() {
        broker = EmbeddedBroker.start(folder.kafka(), broker.port(), brokerOverrides);
    }

    /** Stops the registry alone. */
    public synchronized void stopRegistry() {
        registry.close();
    }

    /** Starts a registry that was stopped again, on the same port and data. */
    public synchronized void startRegistry() {
        registry =
                EmbeddedSchemaRegistry.start(folder.registry(), registry.uri().getPort());
    }

    /** Stops the catalog alone. */
    public synchronized void stopCatalog() {
        catalog.close();
    }

    /** Starts a catalog that was stopped again, on the same port and data. */
    public synchronized void startCatalog() {
        catalog = EmbeddedCatalog.start(folder.catalogDatabase(), folder.warehouse(), catalog.port());
    }

    /** Stops everything in under ten seconds, and lets go of the folder. A second call does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        closeQuietly(() -> Endpoints.delete(folder));
        closeQuietly(catalog);
        closeQuietly(broker);
        closeQuietly(registry);
        closeQuietly(folder);
    }

    private static <T> CompletableFuture<T> inBackground(Supplier<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(work.get());
                    } catch (RuntimeException | Error e) {
                        result.completeExceptionally(e);
                    }
                },
                "sluice-broker-start");
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    private static void closeWhenStarted(CompletableFuture<EmbeddedBroker> starting) {
        // Without a broker there is nothing to close, and why there is none has been said.
        starting.handle((broker, failure) -> Optional.ofNullable(broker)).join().ifPresent(EmbeddedBroker::close);
    }

    private static <T> T join(CompletableFuture<T> result) {
        try {
            return result.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof SluiceException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private static void closeQuietly(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            LOG.warn("A part of the platform did not close cleanly", e);
        }
    }
}
