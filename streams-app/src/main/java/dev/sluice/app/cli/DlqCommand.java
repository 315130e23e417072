package dev.sluice.app.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** {@code sluice dlq}. */
@Command(
        name = "dlq",
        description = "Look at dead letters, records that could not be landed, and put them back.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(watch | list | stats | show | replay | export)",
        subcommands = {
            DlqWatchCommand.class,
            DlqListCommand.class,
            DlqStatsCommand.class,
            DlqShowCommand.class,
            DlqReplayCommand.class,
            DlqExportCommand.class,
            HelpCommand.class
        })
public final class DlqCommand {}
