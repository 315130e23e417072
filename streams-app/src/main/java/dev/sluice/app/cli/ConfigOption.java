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
 * and those that are not set there from the platform that {@code ./sluice up} keeps running on the data folder.
 */
public final class ConfigOption {
    /** The data folder of {@code demo} and {@code up} when none is given. */
    public static final Path DEFAULT_DATA = Path.of(".sluice", "platform");

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

    /** The configuration with its variables resolved. */
    public SluiceConfig load() {
        return load(EnvironmentFile.read(dataFolder()));
    }

    /** The configuration with variables that the environment may override. */
    public SluiceConfig load(Map<String, String> defaults) {
        Map<String, String> variables = new HashMap<>(defaults);
        variables.putAll(System.getenv());
        return ConfigFile.load(file(), variables);
    }
}
