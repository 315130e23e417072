package dev.sluice.embedded.connect;

import dev.sluice.embedded.broker.EmbeddedBroker;
import dev.sluice.schemas.registry.SchemaRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** Postgres, Kafka, a schema registry, and a Kafka Connect worker between them. */
final class ConnectPlatform implements AutoCloseable {
    private final EmbeddedBroker broker;
    private final SharedRegistry registry;
    private final ShopDatabase shop;
    private final ConnectWorker worker;

    private ConnectPlatform(Path folder, String workerFile, SharedRegistry registry) throws Exception {
        this.registry = registry;
        broker = EmbeddedBroker.start(folder.resolve("kafka"), 0);
        shop = ShopDatabase.start();
        worker = ConnectWorker.start(workerFile, environment(), folder);
    }

    /**
     * @param workerFile a worker file of connect-config, by its name
     * @param registry which is closed with the platform
     */
    static ConnectPlatform start(Path folder, String workerFile, SharedRegistry registry) throws Exception {
        return new ConnectPlatform(folder, workerFile, registry);
    }

    ShopDatabase shop() {
        return shop;
    }

    ConnectWorker worker() {
        return worker;
    }

    SchemaRegistry registry() {
        return registry.client();
    }

    /** Where the service finds the registry. */
    URI registryUri() {
        return registry.confluent();
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    @Override
    public void close() throws IOException, SQLException {
        worker.close();
        shop.close();
        registry.close();
        broker.close();
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(shop.environment());
        environment.put("SLUICE_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        environment.put("SLUICE_APICURIO_URL", registry.apicurio().toString());
        environment.put("SLUICE_TOPIC_REPLICATION", "1");
        environment.put("SLUICE_CONNECT_REPLICATION", "1");
        return environment;
    }
}
