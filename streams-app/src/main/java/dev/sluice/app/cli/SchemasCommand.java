package dev.sluice.app.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** {@code sluice schemas}. */
@Command(
        name = "schemas",
        description = "Compare schema files with the registry.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(check)",
        subcommands = {SchemasCheckCommand.class, HelpCommand.class})
public final class SchemasCommand {}
