package dev.sluice.embedded.platform;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * Where a running platform answers, as it tells other processes in {@code endpoints.properties} of its data folder.
 *
 * @param bootstrapServers of Kafka
 * @param registryUrl of the schema registry
 * @param catalogUri of the Iceberg REST catalog
 * @param warehouse location of the tables, {@code file:///...}
 * @param pid of the process
 */
public record Endpoints(String bootstrapServers, String registryUrl, String catalogUri, String warehouse, long pid) {
    static final String FILE = "endpoints.properties";

    /** The platform that runs on a data folder, if one does; what a killed one left behind does not count. */
    public static Optional<Endpoints> running(Path dataFolder) {
        Path file = dataFolder.resolve(FILE);
        try (Reader reader = Files.newBufferedReader(file)) {
            Properties properties = new Properties();
            properties.load(reader);
            Endpoints endpoints = new Endpoints(
                    value(file, properties, "bootstrap.servers"),
                    value(file, properties, "schema.registry.url"),
                    value(file, properties, "catalog.uri"),
                    value(file, properties, "warehouse"),
                    Long.parseLong(value(file, properties, "pid")));
            return Optional.of(endpoints).filter(Endpoints::isAlive);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            throw unreadable(file, e);
        }
    }

    void write(DataFolder folder) {
        Path file = folder.root().resolve(FILE);
        try {
            AtomicText.write(file, """
                    bootstrap.servers=%s
                    schema.registry.url=%s
                    catalog.uri=%s
                    warehouse=%s
                    pid=%d
                    """.formatted(bootstrapServers, registryUrl, catalogUri, escaped(warehouse), pid));
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    static void delete(DataFolder folder) {
        Path file = folder.root().resolve(FILE);
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private boolean isAlive() {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    /** A folder's name may hold a backslash, which a properties file takes for an escape. */
    private static String escaped(String text) {
        return text.replace("\\", "\\\\");
    }

    private static String value(Path file, Properties properties, String key) {
        String value = properties.getProperty(key);
        if (value == null) {
            throw new SluiceException(
                    ErrorCode.DATA_FOLDER,
                    "Cannot read endpoints file %s: a key is missing, expected %s, found %s"
                            .formatted(file, key, properties.stringPropertyNames()));
        }
        return value;
    }

    private static SluiceException unreadable(Path file, Exception cause) {
        return new SluiceException(
                ErrorCode.DATA_FOLDER, "Cannot use endpoints file %s: %s".formatted(file, cause), cause);
    }
}
