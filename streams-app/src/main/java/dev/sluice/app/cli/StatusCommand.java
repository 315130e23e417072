package dev.sluice.app.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.kafka.Cluster;
import dev.sluice.app.service.Catalogs;
import dev.sluice.app.status.PipelineStatus;
import dev.sluice.app.status.StatusJson;
import dev.sluice.app.status.StatusReader;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.backfill.Backfill;
import dev.sluice.sink.backfill.BackfillLog;
import dev.sluice.sink.model.ModelSet;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.iceberg.catalog.Catalog;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sluice status}. */
@Command(
        name = "status",
        description = "Show freshness, lag and the last commit of every table.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sluice status -o json"})
public final class StatusCommand implements Callable<Integer> {
    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        SluiceConfig pipeline = config.forCommand();
        ModelSet models = models(pipeline);
        Clock clock = Clock.systemUTC();
        try (Cluster cluster = Cluster.open(pipeline.kafka());
                Catalogs catalogs = Catalogs.open(pipeline.catalog())) {
            Catalog catalog = catalogs.catalog();
            PipelineStatus status = new StatusReader(pipeline, catalog, models, cluster).read();
            List<Backfill> backfills = new BackfillLog(catalog)
                    .list().stream().filter(Backfill::inProgress).toList();
            if (output.json()) {
                ObjectNode root = StatusJson.of(status);
                ArrayNode inProgress = root.putArray("backfills_in_progress");
                backfills.forEach(backfill -> inProgress.add(BackfillText.json(backfill)));
                out.println(root);
            } else {
                StatusText.print(status, clock.instant(), out);
                if (!backfills.isEmpty()) {
                    out.println();
                    out.println("Backfills in progress: until they are done, these tables hold their ranges in part.");
                    BackfillText.print(backfills, out);
                }
            }
        }
        return ExitCodes.OK;
    }

    /** A service keeps the models that it had while the folder is wrong, and its status is wanted most then. */
    private ModelSet models(SluiceConfig pipeline) {
        try {
            return ModelSet.load(pipeline.models());
        } catch (SluiceException e) {
            spec.commandLine()
                    .getErr()
                    .println("The tables of models are left out, since the models do not compile: " + e.getMessage());
            return new ModelSet(List.of(), List.of());
        }
    }
}
