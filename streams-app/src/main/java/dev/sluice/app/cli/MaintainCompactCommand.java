package dev.sluice.app.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.maintenance.PipelineTables;
import dev.sluice.app.service.Catalogs;
import dev.sluice.app.service.PipelineService;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.maintenance.Compaction;
import dev.sluice.sink.maintenance.CompactionPlan;
import dev.sluice.sink.maintenance.CompactionPlanner;
import dev.sluice.sink.maintenance.DuckRewriter;
import dev.sluice.sink.maintenance.GroupRewriter;
import dev.sluice.sink.maintenance.MaintainedTable;
import dev.sluice.sink.maintenance.ManifestRewrite;
import dev.sluice.sink.maintenance.SuitingRewriter;
import dev.sluice.sink.model.ModelSet;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice maintain compact}. */
@Command(
        name = "compact",
        description = {
            "Rewrite small data files and those with many deleted rows, and put small manifests together.",
            "No row changes. A group of files that another writer changes meanwhile is tried again."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sluice maintain compact --table silver.orders --dry-run"})
public final class MaintainCompactCommand implements Callable<Integer> {
    private static final int MOST_CONFLICTS = 10;

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private TablesOption tables = new TablesOption();

    @Mixin
    private OutputOption output = new OutputOption();

    @Option(names = "--dry-run", description = "Show what would be rewritten and change nothing.")
    private boolean dryRun;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        SluiceConfig pipeline = config.forCommand();
        ModelSet models = ModelSet.load(pipeline.models());
        ArrayNode json = new ObjectMapper().createArrayNode();
        TextTable text =
                TextTable.of("table", "files", "deleted rows %", dryRun ? "would read" : "read", "written", "bytes");
        try (Catalogs catalogs = Catalogs.open(pipeline.catalog());
                WorkFolder work = WorkFolder.create()) {
            GroupRewriter rewriter = new SuitingRewriter(new DuckRewriter(
                    PipelineService.duckDbSettings(pipeline, work.path().resolve("spill")), work.path()));
            for (MaintainedTable what : tables.of(new PipelineTables(pipeline, catalogs.catalog()).all(models))) {
                if (what.files() == MaintainedTable.Files.CONTAINERS) {
                    Table table = catalogs.catalog().loadTable(TableIdentifier.parse(what.name()));
                    CompactionPlanner planner =
                            new CompactionPlanner(pipeline.maintenance().budget());
                    CompactionPlan plan = planner.plan(table);
                    Compaction.Result done = dryRun ? planned(plan) : compact(pipeline, table, planner, rewriter);
                    json.addObject()
                            .put("table", what.name())
                            .put("files", plan.before().files())
                            .put("rows", plan.before().rows())
                            .put("deleted_rows", plan.before().deletedRows())
                            .put("dry_run", dryRun)
                            .put("commits", done.commits())
                            .put("conflicts", done.conflicts())
                            .put("files_removed", done.filesRemoved())
                            .put("files_added", done.filesAdded())
                            .put("rows_dropped", done.rowsDropped())
                            .put("bytes_read", done.bytesRead());
                    text.row(
                            what.name(),
                            plan.before().files(),
                            Math.round(100 * plan.before().deletedRatio()),
                            done.filesRemoved(),
                            done.filesAdded(),
                            done.bytesRead());
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

    private static Compaction.Result planned(CompactionPlan plan) {
        return new Compaction.Result(
                0,
                0,
                plan.files(),
                plan.groups().size(),
                plan.groups().stream().mapToLong(group -> group.deletedRows()).sum(),
                plan.bytes());
    }

    /** Round by round, until the table is within its budget. */
    private static Compaction.Result compact(
            SluiceConfig pipeline, Table table, CompactionPlanner planner, GroupRewriter rewriter) {
        Compaction.Result all = new Compaction.Result(0, 0, 0, 0, 0, 0);
        Compaction compaction = new Compaction(table, rewriter, TableFaults.none());
        for (CompactionPlan plan = planner.plan(table); !plan.isEmpty(); plan = planner.plan(table)) {
            all = all.plus(compaction.run(plan, () -> true));
            if (all.conflicts() > MOST_CONFLICTS) {
                throw new SluiceException(
                        ErrorCode.COMMIT_CONFLICT,
                        "[%s] Cannot compact the table: other writers changed its files %d times, expected a quieter hour"
                                .formatted(table.name(), all.conflicts()));
            }
            table.refresh();
        }
        new ManifestRewrite(table, pipeline.maintenance().budget()).run();
        return all;
    }
}
