package dev.sluice.app.cli;

import dev.sluice.sink.backfill.Backfill;
import dev.sluice.sink.backfill.BatchState;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice backfill cancel}. */
@Command(
        name = "cancel",
        description = "Give up the batches of a backfill that are not done; what was done stays.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sluice backfill cancel bf-20260301-120000-1a2b --dry-run"})
public final class BackfillCancelCommand implements Callable<Integer> {
    @Mixin
    private ConfigOption config = new ConfigOption();

    @Parameters(paramLabel = "ID", description = "The backfill, as 'sluice backfill list' shows it.")
    private String id = "";

    @Option(names = "--dry-run", description = "Say what would be given up, and change nothing.")
    private boolean dryRun;

    @Mixin
    private OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (OpenBackfills open = new OpenBackfills(config.load())) {
            Backfill before = open.service().show(id);
            Backfill after = dryRun ? before : open.service().cancel(id);
            if (output.json()) {
                out.println(BackfillText.json(after));
            } else {
                out.printf(
                        "%s %d open batches; %d are done%n",
                        dryRun ? "Would give up" : "Gave up", before.open().size(), before.count(BatchState.DONE));
            }
            return ExitCodes.OK;
        }
    }
}
