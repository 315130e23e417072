package dev.sluice.sink.ops;

import dev.sluice.sink.model.ModelRun;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;

/** Reads from {@code ops.model_runs} what the runs of models cost. */
public final class RunCosts {
    private static final List<String> COLUMNS = List.of(
            "model",
            "run_id",
            "kind",
            "started_at",
            "elapsed_ms",
            "rows_inserted",
            "rows_updated",
            "rows_deleted",
            "rows_scanned",
            "bytes_scanned",
            "bytes_written");

    private final LogTable runs;

    public RunCosts(Catalog catalog) {
        this.runs = RunLog.runs(catalog);
    }

    /** What the runs since a time cost, by model; a run that is logged twice counts once. */
    public Map<String, RunCost> since(Instant time) {
        Map<String, RunCost> costs = new LinkedHashMap<>();
        Set<String> seen = new HashSet<>();
        runs.read(
                Expressions.greaterThanOrEqual(
                        "started_at", time.atOffset(ZoneOffset.UTC).toString()),
                COLUMNS,
                row -> {
                    String model = String.valueOf(row.getField("model"));
                    if (seen.add(model + " " + row.getField("run_id"))) {
                        costs.merge(model, cost(model, row), RunCost::plus);
                    }
                });
        return costs;
    }

    private static RunCost cost(String model, Record row) {
        String kind = String.valueOf(row.getField("kind"));
        return new RunCost(
                model,
                1,
                kind.equalsIgnoreCase(ModelRun.Kind.REBUILD.name()) ? 1 : 0,
                Duration.ofMillis((Long) row.getField("elapsed_ms")),
                (Long) row.getField("rows_inserted")
                        + (Long) row.getField("rows_updated")
                        + (Long) row.getField("rows_deleted"),
                (Long) row.getField("rows_scanned"),
                (Long) row.getField("bytes_scanned"),
                (Long) row.getField("bytes_written"));
    }
}
