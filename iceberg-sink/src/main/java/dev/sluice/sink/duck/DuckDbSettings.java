package dev.sluice.sink.duck;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What one DuckDB instance may use.
 *
 * @param memoryLimit a size as DuckDB writes it, for example {@code 1GB}
 * @param threads worker threads, at least 1
 * @param spillFolder where it may spill; created when it is missing
 */
public record DuckDbSettings(String memoryLimit, int threads, Path spillFolder) {
    private static final Pattern SIZE = Pattern.compile("\\d+(\\.\\d+)?\\s*([KMGT]i?B|B)");

    public DuckDbSettings {
        if (!SIZE.matcher(memoryLimit).matches()) {
            throw new SluiceException(
                    ErrorCode.CONFIG_INVALID,
                    "Cannot use memory limit %s: not a size, expected for example 1GB, found %s"
                            .formatted(memoryLimit, memoryLimit));
        }
        if (threads < 1) {
            throw new SluiceException(
                    ErrorCode.CONFIG_INVALID,
                    "Cannot use threads %d: too few, expected 1 or more, found %d".formatted(threads, threads));
        }
    }

    /** The same with another folder to spill to. */
    DuckDbSettings withSpillFolder(Path folder) {
        return new DuckDbSettings(memoryLimit, threads, folder);
    }
}
