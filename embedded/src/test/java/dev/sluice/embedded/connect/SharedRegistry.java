package dev.sluice.embedded.connect;

import dev.sluice.embedded.registry.EmbeddedSchemaRegistry;
import dev.sluice.schemas.registry.HttpSchemaRegistry;
import dev.sluice.schemas.registry.SchemaRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

/**
 * A registry that Apicurio's converter writes to and Sluice reads from: the embedded one with {@link ApicurioApi} in
 * front of it, or the real Apicurio whose address the system property {@code sluice.test.apicurio} holds.
 */
final class SharedRegistry implements AutoCloseable {
    private static final String REAL = System.getProperty("sluice.test.apicurio", "");

    private final URI apicurio;
    private final URI confluent;
    private final SchemaRegistry client;
    private final Runnable stop;

    private SharedRegistry(URI apicurio, URI confluent, SchemaRegistry client, Runnable stop) {
        this.apicurio = apicurio;
        this.confluent = confluent;
        this.client = client;
        this.stop = stop;
    }

    static SharedRegistry start(Path folder) throws IOException {
        if (!REAL.isEmpty()) {
            return new SharedRegistry(
                    URI.create(REAL + "/apis/registry/v2"),
                    URI.create(REAL + "/apis/ccompat/v7"),
                    client(REAL + "/apis/ccompat/v7"),
                    () -> {});
        }
        EmbeddedSchemaRegistry server = EmbeddedSchemaRegistry.start(folder, 0);
        SchemaRegistry client = client(server.uri().toString());
        ApicurioApi api = ApicurioApi.start(client);
        return new SharedRegistry(api.uri(), server.uri(), client, () -> {
            api.close();
            server.close();
        });
    }

    /** For {@code SLUICE_APICURIO_URL}. */
    URI apicurio() {
        return apicurio;
    }

    /** The same registry by Confluent's interface. */
    URI confluent() {
        return confluent;
    }

    SchemaRegistry client() {
        return client;
    }

    @Override
    public void close() {
        client.close();
        stop.run();
    }

    private static SchemaRegistry client(String url) {
        return HttpSchemaRegistry.from(Map.of("schema.registry.url", url));
    }
}
