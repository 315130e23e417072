package dev.sluice.app.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.maintenance.PipelineTables;
import dev.sluice.app.service.Catalogs;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.maintenance.Expiry;
import dev.sluice.sink.maintenance.ExpiryPlan;
import dev.sluice.sink.maintenance.MaintainedTable;
import dev.sluice.sink.model.ModelSet;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.apache.iceberg.catalog.TableIdentifier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice maintain expire}. */
@Command(
        name = "expire",
        description = {
            "Expire old snapshots and delete the files that only they had.",
            "Kept are the young and the newest ones, the last that Sluice has stamped, branches and tags, and whatever a"
                    + " model or a backfill still needs; it says who."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sluice maintain expire --table bronze.orders --dry-run"})
public final class MaintainExpireCommand implements Callable<Integer> {
    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private TablesOption tables = new TablesOption();

    @Mixin
    private OutputOption output = new OutputOption();

    @Option(names = "--dry-run", description = "Show what would be expired and change nothing.")
    private boolean dryRun;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        SluiceConfig pipeline = config.forCommand();
        ModelSet models = ModelSet.load(pipeline.models());
        ArrayNode json = new ObjectMapper().createArrayNode();
        TextTable text = TextTable.of(
                "table",
                "snapshots",
                dryRun ? "would expire" : "expired",
                "files deleted",
                "kept beyond their age for");
        try (Catalogs catalogs = Catalogs.open(pipeline.catalog())) {
            for (MaintainedTable what : tables.of(new PipelineTables(pipeline, catalogs.catalog()).all(models))) {
                Expiry expiry = new Expiry(
                        catalogs.catalog().loadTable(TableIdentifier.parse(what.name())), TableFaults.none());
                ExpiryPlan plan = expiry.plan(
                        pipeline.maintenance().budget(),
                        what.holds(),
                        Clock.systemUTC().instant());
                Expiry.Result done = dryRun ? new Expiry.Result(plan.expired().size(), 0) : expiry.run(plan);
                ObjectNode node = json.addObject()
                        .put("table", what.name())
                        .put("snapshots", plan.snapshots())
                        .put("dry_run", dryRun)
                        .put("expired", done.snapshots())
                        .put("files_deleted", done.files());
                plan.keptFor().ifPresent(holder -> node.put("kept_for", holder));
                text.row(
                        what.name(),
                        plan.snapshots(),
                        done.snapshots(),
                        done.files(),
                        plan.keptFor().orElse(""));
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
