package dev.sluice.embedded.bench;

import dev.sluice.embedded.bench.merge.MergeBenchCommand;
import java.time.Clock;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code sluice bench}. */
@Command(
        name = "bench",
        description = "Measure this installation on this machine.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sluice bench landing --events 500000"})
public final class BenchCommand {
    private BenchCommand() {}

    /** The command with its subcommands. */
    public static CommandLine of(Clock clock) {
        return new CommandLine(new BenchCommand())
                .addSubcommand(new LandingBenchCommand(clock))
                .addSubcommand(new MergeBenchCommand(clock));
    }
}
