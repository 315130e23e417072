package dev.sluice.app.cli;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.service.Catalogs;
import dev.sluice.sink.backfill.Backfill;
import dev.sluice.sink.backfill.BackfillLog;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice backfill show}. */
@Command(
        name = "show",
        description = "Show the batches of a backfill.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sluice backfill show bf-20260301-120000-1a2b"})
public final class BackfillShowCommand implements Callable<Integer> {
    @Mixin
    private ConfigOption config = new ConfigOption();

    @Parameters(paramLabel = "ID", description = "The backfill, as 'sluice backfill list' shows it.")
    private String id = "";

    @Mixin
    private OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        SluiceConfig pipeline = config.load();
        try (Catalogs catalogs = Catalogs.open(pipeline.catalog())) {
            Backfill backfill = new BackfillLog(catalogs.catalog()).require(id);
            if (output.json()) {
                out.println(BackfillText.json(backfill));
            } else {
                BackfillText.print(backfill, out);
            }
            return ExitCodes.OK;
        }
    }
}
