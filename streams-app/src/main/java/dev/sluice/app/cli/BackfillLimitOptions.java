package dev.sluice.app.cli;

import dev.sluice.app.backfill.RunLimits;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import picocli.CommandLine.Option;

/** The options that say what a running backfill may take. */
public final class BackfillLimitOptions {
    @Option(
            names = "--max-rate",
            paramLabel = "N",
            defaultValue = "0",
            description = "Records read per second, 0 for no limit (default: ${DEFAULT-VALUE}).")
    private long maxRate;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            defaultValue = "512MB",
            description = "Memory of the SQL engine (default: ${DEFAULT-VALUE}).")
    private String memory = "512MB";

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "Threads of the SQL engine (default: ${DEFAULT-VALUE}).")
    private int threads = 1;

    RunLimits limits() {
        if (maxRate < 0 || threads < 1 || !memory.matches("\\d{1,9}\\s*(KB|MB|GB)")) {
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "Cannot use the limits: expected a rate of 0 or more, 1 thread or more and a size such as 512MB, found --max-rate %d, --threads %d, --memory %s"
                            .formatted(maxRate, threads, memory));
        }
        return new RunLimits(maxRate, memory, threads);
    }
}
