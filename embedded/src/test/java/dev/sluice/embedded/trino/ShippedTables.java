package dev.sluice.embedded.trino;

import dev.sluice.embedded.connect.Checkout;
import dev.sluice.sink.model.EngineSettings;
import dev.sluice.sink.model.Model;
import dev.sluice.sink.model.ModelEngine;
import dev.sluice.sink.model.ModelRun;
import dev.sluice.sink.model.ModelSet;
import dev.sluice.sink.ops.RunLog;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;

/** The shipped tables as Sluice makes them: batches are landed one by one, and the models run in DuckDB after each. */
final class ShippedTables implements AutoCloseable {
    static final ModelSet MODELS = ModelSet.load(Checkout.path("models"));

    private final Catalog catalog;
    private final ShippedHistory history;
    private final ModelEngine engine;
    private final RunLog log;
    private final List<Batch> batches = new ArrayList<>();
    private int landed;

    /**
     * A batch and what it left.
     *
     * @param snapshots per table, its snapshot
     */
    record Batch(List<ModelRun> runs, Map<String, Snapshot> snapshots) {
        Snapshot snapshot(String table) {
            return Objects.requireNonNull(snapshots.get(table), table);
        }
    }

    ShippedTables(Catalog catalog, ShippedHistory history, Path work) {
        this.catalog = catalog;
        this.history = history;
        this.engine = new ModelEngine(catalog, new EngineSettings(work, "512MB", 2, 5), Clock.systemUTC());
        this.log = new RunLog(catalog, Clock.systemUTC());
    }

    /** Lands the next batch and runs the models. */
    List<ModelRun> next() {
        history.land(catalog, landed++);
        return run();
    }

    /** Runs the models on what is there. */
    List<ModelRun> run() {
        List<ModelRun> runs = engine.run(MODELS);
        log.append("batch-" + batches.size(), runs);
        return remember(runs);
    }

    /** Makes a model's table anew from everything. */
    ModelRun rebuild(Model model) {
        return engine.rebuild(model);
    }

    private List<ModelRun> remember(List<ModelRun> runs) {
        Map<String, Snapshot> snapshots = new LinkedHashMap<>();
        for (String name : names()) {
            Snapshot now = catalog.loadTable(TableIdentifier.parse(name)).currentSnapshot();
            if (now != null) {
                snapshots.put(name, now);
            }
        }
        batches.add(new Batch(runs, snapshots));
        return runs;
    }

    List<Batch> batches() {
        return List.copyOf(batches);
    }

    /** Every table of the catalog's layers. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        for (String layer : List.of("bronze", "silver", "gold")) {
            if (((SupportsNamespaces) catalog).namespaceExists(Namespace.of(layer))) {
                catalog.listTables(Namespace.of(layer)).forEach(table -> names.add(table.toString()));
            }
        }
        return names;
    }

    @Override
    public void close() {
        engine.close();
    }
}
