package dev.sluice.embedded.trino;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a Trino server is started with.
 *
 * @param data the platform's data folder; Trino keeps to {@code trino/} and {@code logs/} in it
 * @param cache what one start leaves for the next: the linked jars and the JVM's start-up cache
 * @param catalog the Iceberg REST catalog that Trino serves as {@code iceberg}
 * @param port the port on 127.0.0.1, 0 for any free one
 * @param more settings of the server beside ours, as Trino names them
 */
public record TrinoSettings(Path data, Path cache, URI catalog, int port, Map<String, String> more) {
    public TrinoSettings {
        more = Map.copyOf(more);
        data = data.toAbsolutePath().normalize();
        cache = cache.toAbsolutePath().normalize();
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("Expected a port from 0 to 65535, found " + port);
        }
    }

    /** Everything in the data folder. */
    public TrinoSettings(Path data, URI catalog, int port) {
        this(data, data.resolve("trino"), catalog, port, Map.of());
    }

    Path home() {
        return data.resolve("trino");
    }

    Path logs() {
        return data.resolve("logs");
    }
}
