package dev.sluice.app.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The root of the command line, with the commands that work against any cluster. */
@Command(
        name = "sluice",
        description = "Kafka to Apache Iceberg in micro-batches, exactly once.",
        mixinStandardHelpOptions = true,
        version = "Sluice 0.1.0-SNAPSHOT",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RunCommand.class,
            StatusCommand.class,
            QueryCommand.class,
            AuditCommand.class,
            DlqCommand.class,
            BackfillCommand.class,
            ModelCommand.class,
            SchemasCommand.class,
            MaintainCommand.class,
            HelpCommand.class
        })
public final class SluiceCommand {}
