package dev.sluice.app.cli;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.model.ModelSet;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which models a command looks at that needs nothing that runs. */
public final class ModelsOption {
    @Mixin
    private ConfigOption config = new ConfigOption();

    @Option(
            names = "--models",
            paramLabel = "FOLDER",
            description = "The folder of the models (default: the one that the configuration names).")
    private @Nullable Path folder;

    ModelSet load() {
        return ModelSet.load(folder == null ? configured() : folder);
    }

    /** Secrets and addresses that the configuration takes from the environment are of no use here. */
    private Path configured() {
        try {
            return config.load().models();
        } catch (SluiceException e) {
            Path beside = config.file().resolveSibling("models");
            if (e.code() == ErrorCode.CONFIG_INVALID && Files.isDirectory(beside)) {
                return beside;
            }
            throw e;
        }
    }
}
