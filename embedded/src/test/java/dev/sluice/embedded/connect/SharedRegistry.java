package dev.sluice.embedded.connect;

import dev.sluice.embedded.registry.ApicurioServer;
import dev.sluice.embedded.registry.EmbeddedSchemaRegistry;
import dev.sluice.embedded.trino.Java25;
import dev.sluice.error.SluiceException;
import dev.sluice.schemas.registry.HttpSchemaRegistry;
import dev.sluice.schemas.registry.SchemaRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A registry that Apicurio's converter writes to and Sluice reads from. */
final class SharedRegistry implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SharedRegistry.class);

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

    /** A real Apicurio, or the stand-in where there is no Java that Apicurio runs on. */
    static SharedRegistry apicurio(Path folder) throws Exception {
        try {
            Java25.find();
        } catch (SluiceException e) {
            LOG.warn("The registry is a stand-in, not Apicurio: {}", e.getMessage());
            return standIn(folder);
        }
        ApicurioServer server = ApicurioServer.start(Files.createDirectories(folder));
        URI confluent = server.confluentApi();
        return new SharedRegistry(
                confluent.resolve("/apis/registry/v2"), confluent, client(confluent.toString()), server::close);
    }

    /** The embedded registry with {@link ApicurioApi} in front of it. */
    static SharedRegistry standIn(Path folder) throws IOException {
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
