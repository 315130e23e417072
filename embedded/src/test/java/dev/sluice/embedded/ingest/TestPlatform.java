package dev.sluice.embedded.ingest;

import dev.sluice.app.config.ConfigFile;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.embedded.broker.EmbeddedBroker;
import dev.sluice.embedded.catalog.EmbeddedCatalog;
import dev.sluice.embedded.registry.EmbeddedSchemaRegistry;
import dev.sluice.schemas.registry.HttpSchemaRegistry;
import dev.sluice.schemas.registry.SchemaRegistry;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** Broker, registry and catalog for the tests of one class. */
final class TestPlatform implements AutoCloseable {
    private final Path folder;
    private final EmbeddedBroker broker;
    private final EmbeddedSchemaRegistry registry;
    private final EmbeddedCatalog catalog;
    private final Admin admin;
    private final SchemaRegistry registryClient;
    private final Catalog catalogClient;

    TestPlatform(Path folder) {
        this.folder = folder;
        this.broker = EmbeddedBroker.start(
                folder.resolve("kafka"),
                0,
                Map.of(
                        "group.min.session.timeout.ms", "500",
                        "group.streams.min.session.timeout.ms", "2000",
                        "group.streams.session.timeout.ms", "3000",
                        "group.streams.heartbeat.interval.ms", "1000"));
        this.registry = EmbeddedSchemaRegistry.start(folder.resolve("registry"), 0);
        this.catalog = EmbeddedCatalog.start(folder.resolve("catalog.db"), folder.resolve("warehouse"), 0);
        this.admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        this.registryClient = HttpSchemaRegistry.from(
                Map.of("schema.registry.url", registry.uri().toString()));
        this.catalogClient = CatalogUtil.buildIcebergCatalog("sluice", catalog.clientProperties(), null);
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    Admin admin() {
        return admin;
    }

    SchemaRegistry registry() {
        return registryClient;
    }

    Catalog catalog() {
        return catalogClient;
    }

    Path folder() {
        return folder;
    }

    /** Text of a configuration with the variables that the shipped ones use in place, for one instance. */
    String resolved(String yaml, String instance) {
        return yaml.replace("${SLUICE_BOOTSTRAP_SERVERS:-localhost:9092}", broker.bootstrapServers())
                .replace(
                        "${SLUICE_REGISTRY_URL:-http://localhost:8081}",
                        registry.uri().toString())
                .replace("${SLUICE_CATALOG_URI:-http://localhost:8181}", catalog.uri())
                .replace(
                        "${SLUICE_DATA:-.sluice/service}",
                        folder.resolve("data-" + instance).toString())
                .replace("micro-batch: 2s", "micro-batch: 250ms")
                .replace("interval: 2s", "interval: 200ms");
    }

    void createTopic(String topic, int partitions) {
        try {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                    .all()
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    /** The configuration of one instance that lands the topic {@code name}. */
    String yaml(String name, String instance, String protocol) {
        StringBuilder properties = new StringBuilder();
        catalog.clientProperties()
                .forEach((key, value) -> properties
                        .append("    ")
                        .append(key)
                        .append(": ")
                        .append(value)
                        .append('\n'));
        String session = protocol.equals("classic") ? """
                  consumer.session.timeout.ms: 1500
                  consumer.heartbeat.interval.ms: 300
                """ : """
                  log.summary.interval.ms: -1
                """;
        return """
                name: %1$s
                instance: %2$s
                data: %3$s
                kafka:
                  bootstrap.servers: %4$s
                streams:
                %9$sregistry:
                  schema.registry.url: %5$s
                catalog:
                  name: sluice
                  properties:
                %6$s
                ingest:
                  micro-batch: 250ms
                  protocol: %7$s
                commit:
                  interval: 200ms
                models: %8$s
                sources:
                  - name: %1$s
                    topic: %1$s
                    table: bronze.%1$s
                    checks:
                      - {column: order_id, not_null: true}
                      - {column: amount_cents, min: 0}
                """.formatted(
                        name,
                        instance,
                        folder.resolve("data-" + name + "-" + instance),
                        broker.bootstrapServers(),
                        registry.uri(),
                        properties,
                        protocol,
                        folder.resolve("models"),
                        session);
    }

    SluiceConfig config(String name, String instance, String protocol) {
        return ConfigFile.parse("test.yaml", yaml(name, instance, protocol), Map.of());
    }

    @Override
    public void close() throws IOException {
        admin.close();
        registryClient.close();
        if (catalogClient instanceof Closeable closeable) {
            closeable.close();
        }
        catalog.close();
        registry.close();
        broker.close();
    }
}
