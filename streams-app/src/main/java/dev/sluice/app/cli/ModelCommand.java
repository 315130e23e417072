package dev.sluice.app.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** {@code sluice model}. */
@Command(
        name = "model",
        description = "Look at, run and test the SQL models.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(list | run | test | lineage | compile)",
        subcommands = {
            ModelListCommand.class,
            ModelRunCommand.class,
            ModelTestCommand.class,
            ModelLineageCommand.class,
            ModelCompileCommand.class,
            HelpCommand.class
        })
public final class ModelCommand {}
