package dev.sluice.embedded.chaos;

import dev.sluice.embedded.broker.EmbeddedBroker;
import dev.sluice.embedded.registry.EmbeddedSchemaRegistry;
import dev.sluice.load.LoadSpec;
import dev.sluice.load.SchemaIds;
import dev.sluice.schemas.registry.HttpSchemaRegistry;
import dev.sluice.schemas.registry.SchemaRegistry;
import java.nio.file.Path;
import java.util.Map;

/** Broker and registry for the tests of one class; every test has a pipeline with a topic and a catalog of its own. */
final class Stage implements AutoCloseable {
    private final Path folder;
    private final SchemaIds schemaIds;
    private EmbeddedBroker broker;
    private EmbeddedSchemaRegistry registry;

    Stage(Path folder) {
        this.folder = folder;
        this.broker = EmbeddedBroker.start(folder.resolve("kafka"), 0, InstanceConfig.BROKER);
        this.registry = EmbeddedSchemaRegistry.start(folder.resolve("registry"), 0);
        try (SchemaRegistry client = HttpSchemaRegistry.from(Map.of("schema.registry.url", registryUrl()))) {
            this.schemaIds = SchemaIds.register(client, LoadSpec.defaults());
        }
    }

    /** Names must not repeat. */
    StagedPipeline pipeline(String name) {
        return new StagedPipeline(this, name, folder.resolve(name));
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    String registryUrl() {
        return registry.uri().toString();
    }

    SchemaIds schemaIds() {
        return schemaIds;
    }

    void stopBroker() {
        broker.close();
    }

    void startBroker() {
        broker = EmbeddedBroker.start(folder.resolve("kafka"), broker.port(), InstanceConfig.BROKER);
    }

    void stopRegistry() {
        registry.close();
    }

    void startRegistry() {
        registry = EmbeddedSchemaRegistry.start(
                folder.resolve("registry"), registry.uri().getPort());
    }

    @Override
    public void close() {
        registry.close();
        broker.close();
    }
}
