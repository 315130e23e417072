package dev.sluice.app.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.service.Catalogs;
import dev.sluice.sink.backfill.Backfill;
import dev.sluice.sink.backfill.BackfillLog;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sluice backfill list}. */
@Command(
        name = "list",
        description = "List all backfills, the newest first.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sluice backfill list -o json"})
public final class BackfillListCommand implements Callable<Integer> {
    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        SluiceConfig pipeline = config.load();
        try (Catalogs catalogs = Catalogs.open(pipeline.catalog())) {
            List<Backfill> backfills = new BackfillLog(catalogs.catalog()).list();
            if (output.json()) {
                ArrayNode array = new ObjectMapper().createArrayNode();
                backfills.forEach(backfill -> array.add(BackfillText.json(backfill)));
                out.println(array);
            } else {
                BackfillText.print(backfills, out);
            }
            return ExitCodes.OK;
        }
    }
}
