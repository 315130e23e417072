package dev.sluice.app.cli;

import dev.sluice.app.config.ConfigFile;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The {@code --config} and {@code --data} options: which pipeline a command works on. The configuration is
 * {@code sluice.yaml} of the current folder, else the one Sluice ships with; its variables come from the environment,
 * and those that are not set there from what {@code ./sluice up} and {@code ./sluice trino} keep running on the data
 * folder.
 */
public final class ConfigOption {
    /** The data folder of {@code demo} and {@code up} when none is given. */
    public static final Path DEFAULT_DATA = Path.of(".sluice", "platform");

    /** The folder in the data folder in which {@code ./sluice trino} says where it listens. */
    public static final String TRINO = "trino";

    private static final Map<String, String> COMMAND_PATIENCE = Map.of(
            "request.timeout.ms", "8000",
            "default.api.timeout.ms", "10000",
            "max.block.ms", "10000",
            "delivery.timeout.ms", "30000");

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The pipeline's configuration (default: ./sluice.yaml, else the one shipped).")
    private @Nullable Path config;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            description = "The data folder of the embedded platform (default: .sluice/platform).")
    private @Nullable Path data;

    /** The option with a file given. */
    public static ConfigOption of(Path file) {
        ConfigOption option = new ConfigOption();
        option.config = file;
        return option;
    }

    /** The same configuration on another data folder. */
    public ConfigOption on(Path dataFolder) {
        ConfigOption other = new ConfigOption();
        other.config = file();
        other.data = dataFolder;
        return other;
    }

    public Path dataFolder() {
        return data == null ? DEFAULT_DATA : data;
    }

    /** The configuration's file. */
    public Path file() {
        if (config != null) {
            return config;
        }
        Path here = Path.of("sluice.yaml");
        Path shipped = Path.of(System.getProperty("sluice.home", "."), "sluice.yaml");
        if (!Files.exists(here) && !Files.exists(shipped)) {
            throw new SluiceException(
                    ErrorCode.CONFIG_INVALID,
                    "Cannot find the configuration: expected ./sluice.yaml or --config FILE, found neither");
        }
        return Files.exists(here) ? here : shipped;
    }

    /**
     * The configuration with its variables resolved.
     *
     * @throws SluiceException {@code CONFIG_INVALID}; when variables are missing because no platform runs on the data
     *     folder, it says so
     */
    public SluiceConfig load() {
        Map<String, String> platform = EnvironmentFile.read(dataFolder());
        platform.putAll(EnvironmentFile.read(dataFolder().resolve(TRINO)));
        try {
            return load(platform);
        } catch (SluiceException e) {
            if (e.code() != ErrorCode.CONFIG_INVALID
                    || !platform.isEmpty()
                    || !String.valueOf(e.getMessage()).contains("environment variable")) {
                throw e;
            }
            throw new SluiceException(
                    ErrorCode.CONFIG_INVALID,
                    "%s. No platform runs on %s either, which would set it: ./sluice up starts one."
                            .formatted(e.getMessage(), dataFolder()),
                    e);
        }
    }

    /** {@link #load()} for a command that a person waits for: Kafka gets seconds to answer, unless told otherwise. */
    public SluiceConfig forCommand() {
        return load().withKafkaDefaults(COMMAND_PATIENCE);
    }

    /** The configuration with variables that the environment may override. */
    public SluiceConfig load(Map<String, String> defaults) {
        Map<String, String> variables = new HashMap<>(defaults);
        variables.putAll(System.getenv());
        return ConfigFile.load(file(), variables);
    }
}
