package dev.sluice.app.cli;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.model.ModelEngines;
import dev.sluice.app.service.Catalogs;
import dev.sluice.app.service.PipelineService;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.model.Model;
import dev.sluice.sink.model.ModelEngine;
import dev.sluice.sink.model.ModelSet;
import dev.sluice.sink.ops.RunLog;
import dev.sluice.sink.quality.TestResult;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice model test}. */
@Command(
        name = "test",
        description = {
            "Run all tests on the tables as they are, also those that are run on request only.",
            "Nothing is kept out or refused here; the results go to ops.test_results. Exit code 1 when one fails."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sluice model test --select gold.revenue_daily"})
public final class ModelTestCommand implements Callable<Integer> {
    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private SelectOption select = new SelectOption();

    @Mixin
    private OutputOption output = new OutputOption();

    @Option(names = "--dry-run", description = "Run the tests and log nothing.")
    private boolean dryRun;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        SluiceConfig pipeline = config.forCommand();
        List<Model> models = select.of(ModelSet.load(pipeline.models()));
        Clock clock = Clock.systemUTC();
        Instant start = clock.instant();
        List<TestResult> results = new ArrayList<>();
        try (Catalogs catalogs = Catalogs.open(pipeline.catalog());
                ModelEngine engine = ModelEngines.open(
                        pipeline,
                        catalogs.catalog(),
                        PipelineService.engineSettings(pipeline, pipeline.data().resolve("model-command")),
                        clock,
                        TableFaults.none())) {
            RunLog log = new RunLog(catalogs.catalog(), clock);
            for (Model model : models) {
                results.addAll(engine.test(model, log));
            }
            if (!dryRun) {
                log.appendTests(UUID.randomUUID().toString(), start, results);
            }
        }
        if (output.json()) {
            out.println(ModelText.jsonOfTests(results));
        } else {
            ModelText.printTests(results, out);
        }
        boolean passes = results.stream().noneMatch(result -> result.status() == TestResult.Status.ERROR);
        return passes ? ExitCodes.OK : ExitCodes.VERDICT_NO;
    }
}
