package dev.sluice.app.cli;

import dev.sluice.app.audit.AuditReport;
import dev.sluice.app.audit.PipelineAudit;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.service.Catalogs;
import dev.sluice.app.service.PipelineService;
import dev.sluice.sink.audit.ModelTableAudit;
import dev.sluice.sink.model.ModelSet;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sluice audit}. */
@Command(
        name = "audit",
        description = {
            "Prove the promises on the live tables: nothing lost, nothing twice, every file there, and every table of a"
                    + " model what its SQL gives on all that it was made from.",
            "Exit code 0 when they hold, 1 when one does not. It may run while the service runs."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sluice audit --source orders -o json"})
public final class AuditCommand implements Callable<Integer> {
    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private SourceOption source = new SourceOption();

    @Mixin
    private OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        SluiceConfig pipeline = config.forCommand();
        ModelSet models = ModelSet.load(pipeline.models());
        try (Catalogs catalogs = Catalogs.open(pipeline.catalog());
                WorkFolder work = WorkFolder.create()) {
            ModelTableAudit tables =
                    new ModelTableAudit(catalogs.catalog(), PipelineService.duckDbSettings(pipeline, work.path()));
            AuditReport report = new PipelineAudit(
                            pipeline, catalogs.catalog(), () -> tables.check(models), Clock.systemUTC())
                    .run(source.of(pipeline));
            if (output.json()) {
                out.println(AuditText.json(report));
            } else {
                AuditText.print(report, out);
            }
            return report.passes() ? ExitCodes.OK : ExitCodes.VERDICT_NO;
        }
    }
}
