package dev.sluice.app.cli;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The {@code --source} option of commands that look at one source or at all of them. */
public final class SourceOption {
    @Option(
            names = "--source",
            paramLabel = "NAME",
            description = "The source of the configuration to look at (default: all of them).")
    private @Nullable String source;

    /** The sources chosen. */
    public List<SourceConfig> of(SluiceConfig config) {
        if (source == null) {
            return config.sources();
        }
        List<SourceConfig> chosen = config.sources().stream()
                .filter(candidate -> candidate.name().equals(source))
                .toList();
        if (chosen.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "Cannot look at source '" + source + "': the configuration has none of that name, expected one of "
                            + config.sources().stream().map(SourceConfig::name).collect(Collectors.joining(", ")));
        }
        return chosen;
    }
}
