package dev.sluice.app.status;

import dev.sluice.sink.model.Model;
import dev.sluice.sink.model.ModelSet;
import dev.sluice.sink.model.Ref;
import dev.sluice.sink.ops.RunCost;
import dev.sluice.sink.ops.RunCosts;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.jspecify.annotations.Nullable;

/** Reads what the models cost from the log of their runs, {@code ops.model_runs}. */
public final class CostReader {
    private final Catalog catalog;
    private final ModelSet models;
    private final InstantSource clock;

    public CostReader(Catalog catalog, ModelSet models, InstantSource clock) {
        this.catalog = catalog;
        this.models = models;
        this.clock = clock;
    }

    /** The costs of the last while, one entry per model in the order in which they run. */
    public List<TableCost> read(Duration last) {
        Map<String, RunCost> costs = new RunCosts(catalog).since(clock.instant().minus(last));
        return models.models().stream()
                .map(model -> cost(
                        model,
                        costs.getOrDefault(model.name(), new RunCost(model.name(), 0, 0, Duration.ZERO, 0, 0, 0, 0))))
                .toList();
    }

    private TableCost cost(Model model, RunCost runs) {
        Snapshot own = snapshot(model.name());
        long inputs = model.refs().stream()
                .map(Ref::name)
                .mapToLong(ref -> total(snapshot(ref), SnapshotSummary.TOTAL_FILE_SIZE_PROP))
                .sum();
        return new TableCost(
                runs,
                total(own, SnapshotSummary.TOTAL_FILE_SIZE_PROP),
                total(own, SnapshotSummary.TOTAL_DATA_FILES_PROP),
                inputs * runs.runs());
    }

    private @Nullable Snapshot snapshot(String table) {
        try {
            return catalog.loadTable(TableIdentifier.parse(table)).currentSnapshot();
        } catch (NoSuchTableException e) {
            return null;
        }
    }

    private static long total(@Nullable Snapshot snapshot, String key) {
        return snapshot == null ? 0 : Long.parseLong(snapshot.summary().getOrDefault(key, "0"));
    }
}
