package dev.sluice.app.cli;

import dev.sluice.sink.backfill.Backfill;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice backfill resume}. */
@Command(
        name = "resume",
        description = {
            "Do the batches of a backfill that are not done: failed, killed, or never begun.",
            "Batches that are done are not touched. Exit code 1 when a batch failed."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sluice backfill resume bf-20260301-120000-1a2b"})
public final class BackfillResumeCommand implements Callable<Integer> {
    @Mixin
    private ConfigOption config = new ConfigOption();

    @Parameters(paramLabel = "ID", description = "The backfill, as 'sluice backfill list' shows it.")
    private String id = "";

    @Mixin
    private BackfillLimitOptions limits = new BackfillLimitOptions();

    @Mixin
    private OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (ShutdownGate gate = ShutdownGate.open();
                OpenBackfills open = new OpenBackfills(config.load())) {
            gate.onShutdown(open.service()::stop);
            Backfill before = open.service().show(id);
            if (before.open().isEmpty() && !output.json()) {
                out.println("Nothing to do: no batch is open.");
            }
            Backfill done = open.service()
                    .resume(
                            id,
                            limits.limits(),
                            new BackfillBar(spec.commandLine().getErr()));
            return finished(done, gate, output, out);
        }
    }

    /** Prints what became of a run, and answers its exit code. */
    static int finished(Backfill backfill, ShutdownGate gate, OutputOption output, PrintWriter out) {
        if (output.json()) {
            out.println(BackfillText.json(backfill));
        } else {
            BackfillText.summary(backfill, out);
        }
        if (gate.isShuttingDown()) {
            return ExitCodes.INTERRUPTED;
        }
        return backfill.open().isEmpty() ? ExitCodes.OK : ExitCodes.VERDICT_NO;
    }
}
