package dev.sluice.app.cli;

import dev.sluice.app.audit.AuditReport;
import dev.sluice.app.audit.PipelineAudit;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.service.Catalogs;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sluice audit}. */
@Command(
        name = "audit",
        description = {
            "Prove the promises on the live tables: nothing lost, nothing twice, every file there.",
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
        SluiceConfig pipeline = config.load();
        try (Catalogs catalogs = Catalogs.open(pipeline.catalog())) {
            AuditReport report = new PipelineAudit(pipeline, catalogs.catalog(), List::of, Clock.systemUTC())
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
