package dev.sluice.app.cli;

import dev.sluice.app.backfill.BackfillPlan;
import dev.sluice.app.config.SluiceConfig;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sluice backfill plan}. */
@Command(
        name = "plan",
        description = "Say what a backfill would do, and change nothing.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sluice backfill plan --topic orders --from-offset 0 --to-offset 5000 -o json"})
public final class BackfillPlanCommand implements Callable<Integer> {
    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private BackfillRangeOptions range = new BackfillRangeOptions();

    @Mixin
    private OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        SluiceConfig pipeline = config.load();
        try (OpenBackfills open = new OpenBackfills(pipeline)) {
            BackfillPlan plan = open.service().plan(range.request(pipeline));
            if (output.json()) {
                out.println(BackfillText.json(plan));
            } else {
                BackfillText.print(plan, out);
            }
            return ExitCodes.OK;
        }
    }
}
