package dev.sluice.sink.model;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.duck.DuckDbSettings;
import java.nio.file.Path;

/**
 * What the engine may use on this machine.
 *
 * @param workFolder for key indexes, spilled data and copies of remote files; losing it costs time only
 * @param memoryLimit of one run, as DuckDB writes sizes, for example {@code 1GB}
 * @param threads of one run
 * @param commitAttempts how often a run is tried when other writers get in first, at least 1
 */
public record EngineSettings(Path workFolder, String memoryLimit, int threads, int commitAttempts) {
    public EngineSettings {
        if (commitAttempts < 1) {
            throw new SluiceException(
                    ErrorCode.CONFIG_INVALID,
                    "Cannot use commit attempts: too few, expected 1 or more, found " + commitAttempts);
        }
    }

    /** Where the key indexes are. */
    public Path indexFolder() {
        return workFolder.resolve("index");
    }

    /** An instance of DuckDB by these settings. */
    public DuckDbSettings instance(Path spillFolder) {
        return new DuckDbSettings(memoryLimit, threads, spillFolder);
    }

    /** Where the instance that is kept from run to run may spill. */
    Path spillFolder() {
        return workFolder.resolve("spill");
    }

    /** Where the runs may leave files. */
    Path runsFolder() {
        return workFolder.resolve("runs");
    }

    /** Where one run may leave files until it ends. */
    public Path runFolder(String runId) {
        return runsFolder().resolve(runId);
    }
}
