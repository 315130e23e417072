package dev.sluice.embedded.bench.merge;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.duck.Column;
import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.FileRelation;
import dev.sluice.sink.duck.LocalFiles;
import dev.sluice.sink.merge.TableFiles;
import dev.sluice.sink.model.Model;
import dev.sluice.sink.model.ModelEngine;
import dev.sluice.sink.model.ModelRun;
import dev.sluice.sink.model.ModelSet;
import dev.sluice.sink.query.QueryEngine;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;

/** Preloads silver, merges batches into it, and scans it before, after, and rewritten into whole files. */
final class MergeBench {
    private static final long CHUNK = 1_000_000;
    private static final int SCANS = 6;
    private static final TableIdentifier COMPACTED = TableIdentifier.of("silver", "orders_compacted");

    private final BenchLake lake;
    private final Path models;
    private final InstantSource clock;
    private final Consumer<String> progress;

    MergeBench(BenchLake lake, Path models, InstantSource clock, Consumer<String> progress) {
        this.lake = lake;
        this.models = models;
        this.clock = clock;
        this.progress = progress;
    }

    MergeFigures run(long rows, int batches) {
        Model silver = ModelSet.load(models).model("silver.orders").orElseThrow();
        try (ModelEngine engine = new ModelEngine(lake.catalog(), lake.engine(), clock)) {
            return run(engine, silver, rows, batches);
        }
    }

    private MergeFigures run(ModelEngine engine, Model silver, long rows, int batches) {
        Cost preload = Cost.of(() -> {
            for (long from = 0; from < rows; from += CHUNK) {
                lake.land(GeneratedOrders.placed(from, Math.min(rows, from + CHUNK)));
                engine.run(silver);
                progress.accept("Preloaded %,d of %,d orders".formatted(Math.min(rows, from + CHUNK), rows));
            }
        });
        Cost before = scan(BenchLake.SILVER);
        List<BatchFigures> figures = new ArrayList<>();
        for (int number = 1; number <= batches; number++) {
            lake.land(GeneratedOrders.batch(number, rows + (number - 1) * GeneratedOrders.newOrders()));
            BatchFigures batch = merge(engine, silver);
            figures.add(batch);
            progress.accept("Batch %d: %,d ms, %,d CPU-ms, %,d rows written, %,d unchanged, %,d older"
                    .formatted(
                            number,
                            batch.cost().wallMillis(),
                            batch.cost().cpuMillis(),
                            batch.written(),
                            batch.unchanged(),
                            batch.stale()));
        }
        Cost after = scan(BenchLake.SILVER);
        compact();
        return new MergeFigures(rows, preload, figures, before, after, scan(COMPACTED));
    }

    private BatchFigures merge(ModelEngine engine, Model silver) {
        List<ModelRun> runs = new ArrayList<>();
        Cost cost = Cost.of(() -> runs.add(engine.run(silver)));
        ModelRun run = runs.get(0);
        return new BatchFigures(
                cost,
                run.counts().written(),
                run.counts().unchanged(),
                run.counts().stale(),
                run.bytesScanned(),
                run.bytesWritten(),
                TableFiles.current(lake.catalog().loadTable(BenchLake.SILVER))
                        .files()
                        .size());
    }

    /** Reads columns of every kind of all rows; the least of a few tries. */
    private Cost scan(TableIdentifier table) {
        QueryEngine query = new QueryEngine(lake.catalog(), lake.instance());
        String sql =
                "SELECT count(*), count(DISTINCT status), sum(amount_cents), max(updated_at), max(order_id), count(channel) FROM "
                        + table;
        Cost least = Cost.of(() -> query.query(sql));
        for (int i = 1; i < SCANS; i++) {
            least = Cost.of(() -> query.query(sql)).orLess(least);
        }
        return least;
    }

    /** The same rows in as few files, without deletes, in a table of their own. */
    private void compact() {
        Table silver = lake.catalog().loadTable(BenchLake.SILVER);
        Table compacted = lake.like(silver, COMPACTED);
        List<Column> columns = silver.schema().columns().stream()
                .map(field -> new Column(field.name(), field.type()))
                .toList();
        try (LocalFiles local = new LocalFiles(lake.instance().spillFolder().resolve("compact"));
                DuckDb db = DuckDb.open(lake.instance())) {
            FileRelation rows = FileRelation.create(
                    db,
                    local,
                    silver.io(),
                    "all_rows",
                    silver.schema(),
                    columns,
                    TableFiles.current(silver).rows());
            BenchLake.append(compacted, db, local, rows.select(), "compacted");
        } catch (SQLException e) {
            throw new SluiceException(ErrorCode.BUG, "Cannot compact the table: " + e.getMessage(), e);
        }
    }
}
