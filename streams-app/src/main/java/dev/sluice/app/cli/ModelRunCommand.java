package dev.sluice.app.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.model.ModelEngines;
import dev.sluice.app.service.Catalogs;
import dev.sluice.app.service.PipelineService;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.model.Model;
import dev.sluice.sink.model.ModelEngine;
import dev.sluice.sink.model.ModelRun;
import dev.sluice.sink.model.ModelSet;
import dev.sluice.sink.ops.RunLog;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice model run}. */
@Command(
        name = "run",
        description = {
            "Bring the tables of models up to date with what they read, from what changed or from everything.",
            "It may run while the service runs: of two runs that bring in the same rows, one is committed.",
            "Exit code 1 when a test refused a table."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sluice model run --select silver.orders+ --full-refresh"})
public final class ModelRunCommand implements Callable<Integer> {
    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private SelectOption select = new SelectOption();

    @Mixin
    private OutputOption output = new OutputOption();

    @Option(
            names = "--full-refresh",
            description = "Recompute each table from everything and replace it in one commit.")
    private boolean fullRefresh;

    @Option(names = "--dry-run", description = "Show what would be run and change nothing.")
    private boolean dryRun;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        SluiceConfig pipeline = config.forCommand();
        ModelSet set = ModelSet.load(pipeline.models());
        List<Model> models = select.of(set);
        Clock clock = Clock.systemUTC();
        try (Catalogs catalogs = Catalogs.open(pipeline.catalog());
                ModelEngine engine = ModelEngines.open(
                        pipeline,
                        catalogs.catalog(),
                        PipelineService.engineSettings(pipeline, pipeline.data().resolve("model-command")),
                        clock,
                        TableFaults.none())) {
            if (dryRun) {
                return plan(engine, models, out);
            }
            RunLog log = new RunLog(catalogs.catalog(), clock);
            List<ModelRun> runs = engine.run(set, models, log, fullRefresh);
            log.append(UUID.randomUUID().toString(), runs);
            if (output.json()) {
                out.println(ModelText.json(runs));
            } else {
                ModelText.print(runs, out);
            }
            return runs.stream().allMatch(ModelRun::succeeded) ? ExitCodes.OK : ExitCodes.VERDICT_NO;
        }
    }

    private int plan(ModelEngine engine, List<Model> models, PrintWriter out) {
        ObjectNode json = new ObjectMapper().createObjectNode();
        TextTable table = TextTable.of("model", "would be run");
        for (Model model : models) {
            String kind = fullRefresh ? "rebuild" : engine.isUpToDate(model) ? "no, up to date" : "increment";
            json.put(model.name(), kind);
            table.row(model.name(), kind);
        }
        if (output.json()) {
            out.println(json);
        } else {
            table.lines().forEach(out::println);
        }
        return ExitCodes.OK;
    }
}
