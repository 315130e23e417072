package dev.sluice.app.cli;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns a command tree into the command line that people get: one sentence per error, and exit codes that mean
 * something.
 */
public final class Cli {
    private static final Logger LOG = LoggerFactory.getLogger(Cli.class);

    private Cli() {}

    /**
     * The command line over a root command. Errors go to standard error as one sentence with their code; the stack
     * trace goes to the log.
     */
    public static CommandLine of(CommandLine commands) {
        commands.setParameterExceptionHandler(Cli::explainUsage);
        commands.setExecutionExceptionHandler((failure, command, parsed) -> explain(failure, command.getErr()));
        commands.setExitCodeExceptionMapper(ExitCodes::of);
        commands.setUsageHelpAutoWidth(true);
        commands.setCaseInsensitiveEnumValuesAllowed(true);
        describeExitCodes(commands);
        return commands;
    }

    private static void describeExitCodes(CommandLine command) {
        command.getCommandSpec()
                .usageMessage()
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(CommandLine.Model.UsageMessageSpec.keyValuesMap(ExitCodes.describe()));
        command.getSubcommands().values().forEach(Cli::describeExitCodes);
    }

    private static int explainUsage(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("sluice: " + sentence(failure) + " [" + ErrorCode.USAGE.label() + "]");
        CommandSpec spec = command.getCommandSpec();
        err.println("Try '" + spec.qualifiedName() + " --help'.");
        return ErrorCode.USAGE.kind().exitCode();
    }

    private static String sentence(ParameterException failure) {
        if (!(failure instanceof UnmatchedArgumentException unmatched)) {
            return String.valueOf(failure.getMessage());
        }
        String first = unmatched.getUnmatched().get(0);
        Set<String> commands = failure.getCommandLine().getSubcommands().keySet();
        if (first.startsWith("-")) {
            List<String> suggestions = unmatched.getSuggestions();
            return "Unknown option '" + first + "'"
                    + (suggestions.isEmpty() ? "" : ", did you mean " + String.join(" or ", suggestions) + "?");
        }
        return commands.isEmpty()
                ? "Unexpected argument '" + first + "'"
                : "Unknown command '" + first + "', expected one of " + String.join(", ", commands);
    }

    /** Prints a failure as one sentence, and answers its exit code. */
    public static int explain(Throwable thrown, PrintWriter err) {
        Throwable failure = NeighbourFailure.named(thrown);
        if (failure instanceof SluiceException known) {
            err.println("sluice: " + known.getMessage() + " [" + known.code().label() + "]");
            LOG.debug("The command failed", failure);
        } else {
            err.println("sluice: " + failure + " [" + ErrorCode.BUG.label()
                    + "] This is a defect of Sluice; please report it with the stack trace below.");
            failure.printStackTrace(err);
        }
        err.flush();
        return ExitCodes.of(failure);
    }
}
