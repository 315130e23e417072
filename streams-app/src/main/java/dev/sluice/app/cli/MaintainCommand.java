package dev.sluice.app.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** {@code sluice maintain}. */
@Command(
        name = "maintain",
        description = {
            "Keep tables fast and small, by the budgets of the configuration's maintenance section.",
            "The service does the first two by itself; they may run beside it, for whoever changes rows comes first."
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(compact | expire | orphans)",
        subcommands = {
            MaintainCompactCommand.class,
            MaintainExpireCommand.class,
            MaintainOrphansCommand.class,
            HelpCommand.class
        })
public final class MaintainCommand {}
