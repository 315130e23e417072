package dev.sluice.sink.model;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.DuckDbSettings;
import dev.sluice.sink.duck.LocalFiles;
import dev.sluice.sink.duck.SqlText;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.merge.Changes;
import dev.sluice.sink.merge.MergeSpec;
import dev.sluice.sink.merge.Stamp;
import dev.sluice.sink.merge.TableMerge;
import dev.sluice.sink.model.ModelRun.Advance;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/** One attempt at one run of a model, in a DuckDB instance of its own. */
final class ModelAttempt {
    private static final String BATCH = "sluice_batch";

    private final Model model;
    private final EngineSettings settings;
    private final String runId;
    private final String attemptId;
    private final Table target;
    private final Optional<Table> companion;
    private final Map<String, Table> upstream;
    private final Optional<Stamp> previous;
    private final Runnable beforeCommit;
    private final TableFaults faults;

    /** Pins what the attempt reads: the tables as they are loaded. */
    ModelAttempt(
            Model model,
            EngineSettings settings,
            String runId,
            String attemptId,
            Table target,
            Optional<Table> companion,
            Map<String, Table> upstream,
            Runnable beforeCommit,
            TableFaults faults) {
        this.model = model;
        this.settings = settings;
        this.runId = runId;
        this.attemptId = attemptId;
        this.target = target;
        this.companion = companion;
        this.upstream = upstream;
        this.previous = Stamp.of(target);
        this.beforeCommit = beforeCommit;
        this.faults = faults;
    }

    /** A result without the time it took. */
    record Result(ModelRun.Kind kind, long rowsIn, TableMerge.Outcome outcome, long rowsScanned, long bytesScanned) {}

    /** Whether the run's stamp is in the table already: an earlier attempt was committed after all. */
    boolean isDone() {
        return previous.filter(stamp -> stamp.runId().equals(runId)).isPresent();
    }

    /** Whether there is nothing that the table has not consumed. */
    boolean isUpToDate() {
        if (model.incremental() == Incremental.FULL) {
            return current().equals(previous.map(Stamp::upstream).orElse(Map.of()));
        }
        Long now = current().get(model.driver().name());
        return now == null || now.equals(consumed(model.driver().name()).orElse(null));
    }

    /** How far the attempt goes, per ref that has a snapshot. */
    Map<String, Advance> advances() {
        Map<String, Advance> advances = new LinkedHashMap<>();
        current().forEach((ref, to) -> advances.put(ref, new Advance(consumed(ref), to)));
        return advances;
    }

    /** Brings in what changed. */
    Result increment() throws SQLException {
        if (model.incremental() == Incremental.FULL) {
            return rebuild();
        }
        Ref driver = model.driver();
        Table driverTable = upstream.get(driver.name());
        Optional<Changes> changes = changes(driverTable);
        if (changes.isEmpty()
                && (model.incremental() == Incremental.AFFECTED_KEYS
                        || (model.followsKeys() && previous.isPresent()))) {
            // What is gone upstream cannot be told any more.
            return rebuild();
        }
        try (LocalFiles local = local();
                DuckDb db = open()) {
            TableMerge merge = new TableMerge(db, local, target, companion, model.merge(), attemptId, faults);
            TableMerge.Caches caches = merge.open(settings.indexFolder(), model.name());
            Inputs inputs = new Inputs(db, local);
            Optional<String> affected = Optional.empty();
            if (driverTable == null || changes.isEmpty()) {
                inputs.everything(driver, driverTable);
            } else if (model.incremental() == Incremental.AFFECTED_KEYS) {
                inputs.affected(driver, driverTable, changes.get(), model.uniqueKey());
                affected = Optional.of(Inputs.AFFECTED);
            } else {
                inputs.added(driver, driverTable, changes.get());
                if (model.followsKeys()) {
                    inputs.touched(driver, driverTable, changes.get(), model.uniqueKey());
                    affected = Optional.of(Inputs.AFFECTED);
                }
            }
            otherInputs(inputs);
            long rowsIn = select(db, inputs, merge);
            TableMerge.Outcome outcome = merge.merge(caches, batch(affected), stamp(), beforeCommit);
            return result(ModelRun.Kind.INCREMENT, rowsIn, outcome, inputs);
        }
    }

    /** Shows rows of the driving table again, and leaves the stamp's upstream as it was. */
    Result replay(Replay replay) throws SQLException {
        Ref driver = model.driver();
        Table driverTable = upstream.get(driver.name());
        if (driverTable == null || !Replay.isPossible(driverTable.schema())) {
            throw new SluiceException(
                    ErrorCode.MODEL_INVALID,
                    "[%s] Cannot show rows again: %s is no bronze table, expected rows with topic, partition and offset"
                            .formatted(model.name(), driver.name()));
        }
        MergeSpec spec = model.merge();
        MergeSpec tied = new MergeSpec(spec.columns(), spec.key(), spec.orderBy(), replay.tie());
        try (LocalFiles local = local();
                DuckDb db = open()) {
            TableMerge merge = new TableMerge(db, local, target, companion, tied, attemptId, faults);
            TableMerge.Caches caches = merge.open(settings.indexFolder(), model.name());
            Inputs inputs = new Inputs(db, local);
            Optional<String> affected = Optional.empty();
            if (model.incremental() == Incremental.AFFECTED_KEYS) {
                inputs.affectedBy(driver, driverTable, replay, model.uniqueKey());
                affected = Optional.of(Inputs.AFFECTED);
            } else {
                inputs.replayed(driver, driverTable, replay);
            }
            otherInputs(inputs);
            long rowsIn = select(db, inputs, merge);
            Stamp unmoved =
                    new Stamp(model.name(), runId, previous.map(Stamp::upstream).orElse(Map.of()));
            TableMerge.Outcome outcome = merge.merge(caches, batch(affected), unmoved, beforeCommit);
            return result(ModelRun.Kind.REPLAY, rowsIn, outcome, inputs);
        }
    }

    /** Computes the table from everything. */
    Result rebuild() throws SQLException {
        try (LocalFiles local = local();
                DuckDb db = open()) {
            TableMerge merge = new TableMerge(db, local, target, companion, model.merge(), attemptId, faults);
            TableMerge.Caches caches = merge.open();
            Inputs inputs = new Inputs(db, local);
            inputs.everything(model.driver(), upstream.get(model.driver().name()));
            otherInputs(inputs);
            long rowsIn = select(db, inputs, merge);
            TableMerge.Outcome outcome = merge.replace(caches, batch(Optional.empty()), stamp(), beforeCommit);
            return result(ModelRun.Kind.REBUILD, rowsIn, outcome, inputs);
        }
    }

    private Optional<Changes> changes(@Nullable Table driver) {
        Snapshot now = driver == null ? null : driver.currentSnapshot();
        if (driver == null || now == null) {
            return Optional.empty();
        }
        return consumed(model.driver().name()).flatMap(from -> Changes.between(driver, from, now));
    }

    private void otherInputs(Inputs inputs) throws SQLException {
        for (Ref ref : model.refs()) {
            if (!ref.equals(model.driver())) {
                inputs.everything(ref, upstream.get(ref.name()));
            }
        }
    }

    /** Runs the model's SELECT, confined to the files of the run. */
    private long select(DuckDb db, Inputs inputs, TableMerge merge) throws SQLException {
        Set<Path> folders = new HashSet<>(inputs.folders());
        folders.add(settings.runFolder(runId));
        folders.add(settings.indexFolder());
        folders.addAll(merge.folders());
        db.confineTo(folders);
        String columns = SqlText.list(model.columns(), column -> SqlText.name(column.name()));
        String flag =
                model.deleteWhen().map(column -> ", " + SqlText.name(column)).orElse("");
        return db.execute(
                "CREATE TEMP TABLE %s AS SELECT %s%s FROM (\n%s\n)".formatted(BATCH, columns, flag, model.sql()));
    }

    private TableMerge.Batch batch(Optional<String> affected) {
        return new TableMerge.Batch(BATCH, model.deleteWhen(), affected);
    }

    private DuckDb open() throws SQLException {
        return DuckDb.open(new DuckDbSettings(
                settings.memoryLimit(),
                settings.threads(),
                settings.runFolder(runId).resolve("spill")));
    }

    private LocalFiles local() {
        return new LocalFiles(settings.runFolder(runId));
    }

    private static Result result(ModelRun.Kind kind, long rowsIn, TableMerge.Outcome outcome, Inputs inputs) {
        return new Result(
                kind, rowsIn, outcome, inputs.rows() + outcome.rowsRead(), inputs.bytes() + outcome.bytesRead());
    }

    private Map<String, Long> current() {
        Map<String, Long> current = new LinkedHashMap<>();
        upstream.forEach((ref, table) -> {
            Snapshot snapshot = table.currentSnapshot();
            if (snapshot != null) {
                current.put(ref, snapshot.snapshotId());
            }
        });
        return current;
    }

    private Optional<Long> consumed(String ref) {
        return previous.flatMap(stamp -> Optional.ofNullable(stamp.upstream().get(ref)));
    }

    private Stamp stamp() {
        return new Stamp(model.name(), runId, current());
    }
}
