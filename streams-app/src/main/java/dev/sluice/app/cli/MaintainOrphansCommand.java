package dev.sluice.app.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.maintenance.PendingFiles;
import dev.sluice.app.maintenance.PipelineTables;
import dev.sluice.app.service.Catalogs;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.maintenance.MaintainedTable;
import dev.sluice.sink.maintenance.OrphanPlan;
import dev.sluice.sink.maintenance.Orphans;
import dev.sluice.sink.model.ModelSet;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice maintain orphans}. */
@Command(
        name = "orphans",
        description = {
            "Find files in the tables' folders that belong to nothing, such as those of aborted transactions.",
            "It deletes them only with --execute, only beyond the age of the configuration, and never a file that is"
                    + " announced and not committed yet."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sluice maintain orphans --table bronze.orders --execute"})
public final class MaintainOrphansCommand implements Callable<Integer> {
    private static final int SHOWN = 20;

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private TablesOption tables = new TablesOption();

    @Mixin
    private OutputOption output = new OutputOption();

    @Option(names = "--execute", description = "Delete what is found.")
    private boolean execute;

    @Option(names = "--dry-run", description = "Show what is found and delete nothing; the default.")
    private boolean dryRun;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        SluiceConfig pipeline = config.forCommand();
        ModelSet models = ModelSet.load(pipeline.models());
        Clock clock = Clock.systemUTC();
        PendingFiles pending = new PendingFiles(pipeline, clock);
        boolean deletes = execute && !dryRun;
        ArrayNode json = new ObjectMapper().createArrayNode();
        TextTable text = TextTable.of("table", "files", "orphans", "bytes", "too young", "deleted");
        try (Catalogs catalogs = Catalogs.open(pipeline.catalog())) {
            for (MaintainedTable what : tables.of(new PipelineTables(pipeline, catalogs.catalog()).all(models))) {
                Table table = catalogs.catalog().loadTable(TableIdentifier.parse(what.name()));
                Orphans orphans = new Orphans(table, TableFaults.none());
                OrphanPlan plan = orphans.plan(
                        pipeline.maintenance().budget().orphanAge(), pending.of(what.name(), table), clock.instant());
                int deleted = deletes ? orphans.run(plan) : 0;
                ObjectNode node = json.addObject()
                        .put("table", what.name())
                        .put("files", plan.listed())
                        .put("bytes", plan.bytes())
                        .put("too_young", plan.young())
                        .put("dry_run", !deletes)
                        .put("deleted", deleted);
                ArrayNode found = node.putArray("orphans");
                plan.orphans()
                        .forEach(orphan -> found.addObject()
                                .put("file", orphan.location())
                                .put("bytes", orphan.bytes())
                                .put("modified_at", orphan.modifiedAt().toString()));
                text.row(what.name(), plan.listed(), plan.orphans().size(), plan.bytes(), plan.young(), deleted);
                if (!output.json()) {
                    plan.orphans().stream().limit(SHOWN).forEach(orphan -> out.println(orphan.location()));
                }
            }
        }
        if (output.json()) {
            out.println(json);
        } else {
            text.lines().forEach(out::println);
        }
        return ExitCodes.OK;
    }
}
