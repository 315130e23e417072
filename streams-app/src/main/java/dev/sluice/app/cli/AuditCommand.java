package dev.sluice.app.cli;

import dev.sluice.app.audit.AuditReport;
import dev.sluice.app.audit.PipelineAudit;
import dev.sluice.app.audit.ValueAudit;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.service.Catalogs;
import dev.sluice.app.service.PipelineService;
import dev.sluice.schemas.registry.HttpSchemaRegistry;
import dev.sluice.schemas.registry.SchemaRegistry;
import dev.sluice.sink.audit.KeyIndexAudit;
import dev.sluice.sink.audit.ModelTableAudit;
import dev.sluice.sink.audit.UnreferencedFiles;
import dev.sluice.sink.duck.DuckDbSettings;
import dev.sluice.sink.model.ModelSet;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
    /** Files that are younger may be on their way to a commit. */
    private static final Duration AGE_LIMIT = Duration.ofDays(3);

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private SourceOption source = new SourceOption();

    @Option(
            names = "--deep",
            description = {
                "Compare values too: bronze with the topic column by column and byte for byte, the tables of models",
                "row by row; and look for files that nothing refers to. Reads everything once more."
            })
    private boolean deep;

    @Option(
            names = "--without-pii-key",
            description = {
                "With --deep, leave out columns under the rule hash, and say so: the pii-key that is set here is not",
                "the pipeline's. Any text of 16 bytes will do for it then."
            })
    private boolean withoutKey;

    @Mixin
    private OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        SluiceConfig pipeline = config.forCommand();
        ModelSet models = ModelSet.load(pipeline.models());
        Clock clock = Clock.systemUTC();
        try (Catalogs catalogs = Catalogs.open(pipeline.catalog());
                SchemaRegistry registry = HttpSchemaRegistry.from(pipeline.registry());
                WorkFolder work = WorkFolder.create()) {
            DuckDbSettings settings = PipelineService.duckDbSettings(pipeline, work.path());
            List<ModelTableAudit.TableCheck> ofTables = new ArrayList<>();
            List<PipelineAudit.BronzeAudit> ofBronze = new ArrayList<>();
            ofTables.add(new KeyIndexAudit(PipelineService.indexFolder(pipeline)));
            if (deep) {
                UnreferencedFiles files = new UnreferencedFiles(AGE_LIMIT, clock.instant());
                ofTables.add(files);
                ofBronze.add(new ValueAudit(
                        pipeline.kafka(),
                        registry,
                        withoutKey ? ValueAudit.Hashes.LEFT_OUT : ValueAudit.Hashes.COMPARED,
                        clock));
                ofBronze.add((landed, table, snapshotId) -> List.of(files.check(landed.table(), table)));
            }
            ModelTableAudit tables = new ModelTableAudit(
                    catalogs.catalog(),
                    settings,
                    deep ? ModelTableAudit.Depth.ROWS : ModelTableAudit.Depth.SUMS,
                    ofTables);
            AuditReport report = new PipelineAudit(
                            pipeline, catalogs.catalog(), () -> tables.check(models), ofBronze, clock)
                    .run(source.of(pipeline));
            double cpu = cpuSeconds();
            if (output.json()) {
                out.println(AuditText.json(report).put("cpu_s", cpu));
            } else {
                AuditText.print(report, out);
                out.printf(Locale.ROOT, "It cost this process %.1f s of CPU.%n", cpu);
            }
            return report.passes() ? ExitCodes.OK : ExitCodes.VERDICT_NO;
        }
    }

    private static double cpuSeconds() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(spent -> spent.toMillis() / 1000.0)
                .orElse(0.0);
    }
}
