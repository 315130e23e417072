package dev.sluice.app.cli;

import dev.sluice.app.backfill.BackfillPlan;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.sink.backfill.Backfill;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice backfill run}. */
@Command(
        name = "run",
        description = {
            "Plan a backfill, enter its batches in the log, and do them.",
            "Exit code 1 when a batch failed; resume redoes it."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sluice backfill run --topic orders --batch-by day --max-rate 5000"})
public final class BackfillRunCommand implements Callable<Integer> {
    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private BackfillRangeOptions range = new BackfillRangeOptions();

    @Mixin
    private BackfillLimitOptions limits = new BackfillLimitOptions();

    @Option(names = "--dry-run", description = "As 'sluice backfill plan': change nothing.")
    private boolean dryRun;

    @Mixin
    private OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        SluiceConfig pipeline = config.load();
        try (ShutdownGate gate = ShutdownGate.open();
                OpenBackfills open = new OpenBackfills(pipeline)) {
            gate.onShutdown(open.service()::stop);
            BackfillPlan plan = open.service().plan(range.request(pipeline));
            if (!output.json()) {
                BackfillText.print(plan, out);
                out.flush();
            }
            if (dryRun || plan.isEmpty()) {
                if (output.json()) {
                    out.println(BackfillText.json(plan));
                }
                return ExitCodes.OK;
            }
            PrintWriter err = spec.commandLine().getErr();
            err.println("Backfill " + plan.backfill().job().id());
            Backfill done = open.service().run(plan, limits.limits(), new BackfillBar(err));
            return BackfillResumeCommand.finished(done, gate, output, out);
        }
    }
}
