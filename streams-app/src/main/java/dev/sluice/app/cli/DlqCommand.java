package dev.sluice.app.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** {@code sluice dlq}. */
@Command(
        name = "dlq",
        description = "Look at dead letters: records that could not be landed.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(watch | list | stats)",
        subcommands = {DlqWatchCommand.class, DlqListCommand.class, DlqStatsCommand.class, HelpCommand.class})
public final class DlqCommand {}
