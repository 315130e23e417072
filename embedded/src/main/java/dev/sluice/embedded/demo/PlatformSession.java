package dev.sluice.embedded.demo;

import dev.sluice.app.cli.ConfigOption;
import dev.sluice.app.cli.EnvironmentFile;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.app.kafka.Cluster;
import dev.sluice.embedded.platform.Platform;
import dev.sluice.embedded.platform.PlatformPorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The embedded platform with the pipeline's configuration pointed at it. While it is open, the data folder tells other
 * terminals where everything listens.
 */
public final class PlatformSession implements AutoCloseable {
    private static final int PARTITIONS = 4;

    private final Platform platform;
    private final SluiceConfig config;

    private PlatformSession(Platform platform, SluiceConfig config) {
        this.platform = platform;
        this.config = config;
    }

    public static PlatformSession start(ConfigOption options, PlatformPorts ports) {
        return start(options, ports, Map.of());
    }

    /** Starts the platform with settings of its broker. */
    public static PlatformSession start(
            ConfigOption options, PlatformPorts ports, Map<String, String> brokerOverrides) {
        return start(options, options.dataFolder(), ports, brokerOverrides, platform -> Map.of());
    }

    /**
     * Starts the platform with a neighbour.
     *
     * @param neighbour is started on the platform before the configuration is read, and answers the variables that say
     *     where it is
     */
    static PlatformSession start(
            ConfigOption options, PlatformPorts ports, Function<Platform, Map<String, String>> neighbour) {
        return start(options, options.dataFolder(), ports, Map.of(), neighbour);
    }

    /** Starts the platform on another data folder than the one of the options. */
    static PlatformSession start(ConfigOption options, Path folder, PlatformPorts ports) {
        return start(options, folder, ports, Map.of(), platform -> Map.of());
    }

    private static PlatformSession start(
            ConfigOption options,
            Path folder,
            PlatformPorts ports,
            Map<String, String> brokerOverrides,
            Function<Platform, Map<String, String>> neighbour) {
        Platform platform = Platform.start(folder, ports, brokerOverrides);
        try {
            Map<String, String> variables = new HashMap<>(neighbour.apply(platform));
            variables.put("SLUICE_BOOTSTRAP_SERVERS", platform.endpoints().bootstrapServers());
            variables.put("SLUICE_REGISTRY_URL", platform.endpoints().registryUrl());
            variables.put("SLUICE_CATALOG_URI", platform.endpoints().catalogUri());
            variables.put(
                    "SLUICE_DATA", platform.folder().state().resolve("service").toString());
            variables.put("SLUICE_PII_KEY", PiiKey.of(platform.folder().state()));
            SluiceConfig config = options.load(variables);
            createTopics(config);
            EnvironmentFile.write(platform.folder().root(), variables);
            return new PlatformSession(platform, config);
        } catch (RuntimeException e) {
            platform.close();
            throw e;
        }
    }

    /**
     * A platform of our own has no one else to create the source topics; records keep for ever, as replays need. The
     * first one is left to the load, which knows the partitions it is made for.
     */
    private static void createTopics(SluiceConfig config) {
        try (Cluster cluster = Cluster.open(config.kafka())) {
            for (SourceConfig source :
                    config.sources().subList(1, config.sources().size())) {
                createTopic(cluster, source);
            }
        }
    }

    /** Creates a source's topic unless it is there. */
    static void createTopic(Cluster cluster, SourceConfig source) {
        cluster.createTopic(source.topic(), PARTITIONS, (short) 1, Map.of("retention.ms", "-1"));
    }

    public Platform platform() {
        return platform;
    }

    public SluiceConfig config() {
        return config;
    }

    public Path state() {
        return platform.folder().state();
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(platform.folder().root().resolve(EnvironmentFile.NAME));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            platform.close();
        }
    }
}
