package dev.sluice.app.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** {@code sluice backfill}. */
@Command(
        name = "backfill",
        description = {
            "Land a range of a topic that the tables miss, and show the models a range again, beside the live flow.",
            "Batches are logged in ops.backfill_batches; one that failed or was killed is redone alone."
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(plan | run | resume | list | show | cancel)",
        subcommands = {
            BackfillPlanCommand.class,
            BackfillRunCommand.class,
            BackfillResumeCommand.class,
            BackfillListCommand.class,
            BackfillShowCommand.class,
            BackfillCancelCommand.class,
            HelpCommand.class
        },
        footer = {"", "Example: sluice backfill plan --topic orders --from-datetime 2026-01-01T00:00:00Z --batch-by day"
        })
public final class BackfillCommand {}
