package dev.sluice.sink.model;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.duck.Cancellation;
import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.LocalFiles;
import dev.sluice.sink.duck.SqlText;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.merge.Changes;
import dev.sluice.sink.merge.MergeSpec;
import dev.sluice.sink.merge.Planned;
import dev.sluice.sink.merge.Stamp;
import dev.sluice.sink.merge.TableFiles;
import dev.sluice.sink.merge.TableMerge;
import dev.sluice.sink.model.ModelRun.Advance;
import dev.sluice.sink.quality.Check;
import dev.sluice.sink.quality.QualityTest;
import dev.sluice.sink.quality.RowAudit;
import dev.sluice.sink.quality.TableAudit;
import dev.sluice.sink.quality.TestHistory;
import dev.sluice.sink.quality.TestResult;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
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
    private final Checks checks;
    private final Cancellation cancellation;

    /**
     * What the tests of an attempt need.
     *
     * @param tables other tables that tests compare with, as they are loaded
     */
    record Checks(Map<String, Table> tables, TestHistory history, Rejections rejections, Instant now) {}

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
            Checks checks,
            Cancellation cancellation,
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
        this.checks = checks;
        this.cancellation = cancellation;
        this.faults = faults;
    }

    /** A result without the time it took. */
    record Result(
            ModelRun.Kind kind,
            long rowsIn,
            long rejected,
            TableMerge.Outcome outcome,
            long rowsScanned,
            long bytesScanned,
            List<TestResult> tests) {}

    /** Whether the run's stamp is in the table already: an earlier attempt was committed after all. */
    boolean isDone() {
        return previous.filter(stamp -> stamp.runId().equals(runId)).isPresent();
    }

    /** Whether there is nothing that the table has not consumed. */
    boolean isUpToDate() {
        if (model.incremental() == Incremental.FULL) {
            return holdsCurrentRows();
        }
        Long now = current().get(model.driver().name());
        return now == null || now.equals(consumed(model.driver().name()).orElse(null));
    }

    /** Whether every ref has the rows that were consumed; a compaction is no reason to compute everything again. */
    private boolean holdsCurrentRows() {
        Map<String, Long> then = previous.map(Stamp::upstream).orElse(Map.of());
        if (!then.keySet().equals(current().keySet())) {
            return false;
        }
        return upstream.entrySet().stream().allMatch(ref -> {
            Long from = then.get(ref.getKey());
            Snapshot now = ref.getValue().currentSnapshot();
            return now == null || (from != null && Changes.none(ref.getValue(), from, now));
        });
    }

    /** How far the attempt goes, per ref that has a snapshot. */
    Map<String, Advance> advances() {
        Map<String, Advance> advances = new LinkedHashMap<>();
        current().forEach((ref, to) -> advances.put(ref, new Advance(consumed(ref), to)));
        return advances;
    }

    /** The table's rows as it is now. */
    long liveRows() {
        return AuditInputs.liveRows(target.currentSnapshot());
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
            Audit audit = new Audit(db, local);
            audit.rows();
            TableMerge.Outcome outcome =
                    merge.merge(caches, batch(affected.or(audit::rejectedKeys)), stamp(), audit::table);
            return result(ModelRun.Kind.INCREMENT, rowsIn, outcome, inputs, audit);
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
            Audit audit = new Audit(db, local);
            audit.rows();
            TableMerge.Outcome outcome =
                    merge.merge(caches, batch(affected.or(audit::rejectedKeys)), unmoved, audit::table);
            return result(ModelRun.Kind.REPLAY, rowsIn, outcome, inputs, audit);
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
            Audit audit = new Audit(db, local);
            audit.rows();
            TableMerge.Outcome outcome = merge.replace(caches, batch(Optional.empty()), stamp(), audit::table);
            return result(ModelRun.Kind.REBUILD, rowsIn, outcome, inputs, audit);
        }
    }

    /** Tests the table as it is. */
    List<TestResult> test() throws SQLException {
        try (LocalFiles local = local();
                DuckDb db = open()) {
            Set<Path> folders = testFolders();
            folders.add(settings.runFolder(runId));
            TableFiles.current(target)
                    .files()
                    .forEach(live -> LocalFiles.local(live.file().location())
                            .map(Path::getParent)
                            .ifPresent(folders::add));
            db.confineTo(folders);
            AuditInputs scope =
                    new AuditInputs(db, local, model, target, Optional.empty(), checks.tables(), checks.now());
            List<TestResult> results = new ArrayList<>(
                    new RowAudit(db, model.name(), model.tests(), exempt()).count("(" + scope.after() + ")"));
            // A distribution is of what a run brings, and there is no run.
            List<QualityTest> tests = model.tests().stream()
                    .filter(test -> !(test.check() instanceof Check.Distribution))
                    .toList();
            results.addAll(new TableAudit(db, model.name(), scope, checks.history()).run(tests));
            return results;
        }
    }

    /** The tests of one attempt: first of the rows of its batch, then of the table that it plans. */
    private final class Audit {
        private final DuckDb db;
        private final LocalFiles local;
        private final List<TestResult> results = new ArrayList<>();
        private long rejected;
        private long rowsRead;
        private long bytesRead;

        Audit(DuckDb db, LocalFiles local) {
            this.db = db;
            this.local = local;
        }

        /** Takes the rows that fail out of the batch and brings them into the table of rejected rows. */
        void rows() throws SQLException {
            RowAudit audit = new RowAudit(db, model.name(), model.tests(), exempt());
            results.addAll(audit.count(BATCH));
            if (results.stream().anyMatch(result -> result.status() == TestResult.Status.ERROR)) {
                rejected = audit.reject(BATCH);
                checks.rejections().write(db, model, runId, attemptId, checks.now());
            }
        }

        /** The keys that the model may no longer have a row of, because the row that it would have is rejected. */
        Optional<String> rejectedKeys() {
            if (rejected == 0 || !model.replacesByKey()) {
                return Optional.empty();
            }
            String keys = SqlText.list(model.uniqueKey(), SqlText::name);
            return Optional.of("(SELECT DISTINCT %s FROM %s)".formatted(keys, RowAudit.REJECTED));
        }

        /** Runs before the commit; whoever reads the table sees only what passed. */
        void table(Planned planned) {
            AuditInputs scope =
                    new AuditInputs(db, local, model, target, Optional.of(planned), checks.tables(), checks.now());
            try {
                List<QualityTest> gates =
                        model.tests().stream().filter(QualityTest::gates).toList();
                results.addAll(new TableAudit(db, model.name(), scope, checks.history()).run(gates));
            } catch (SQLException e) {
                throw new SluiceException(
                        ErrorCode.MODEL_FAILED,
                        "[%s] Cannot run the tests of the model: %s".formatted(model.name(), e.getMessage()),
                        e);
            }
            rowsRead = scope.rows();
            bytesRead = scope.bytes();
            if (results.stream().anyMatch(TestResult::blocks)) {
                throw new AuditRefused(results);
            }
            beforeCommit.run();
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
        Set<Path> folders = testFolders();
        folders.addAll(inputs.folders());
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

    /** Which rows are no rows of the table, but deletions. */
    private String exempt() {
        return model.deleteWhen().map(SqlText::name).orElse("false");
    }

    private TableMerge.Batch batch(Optional<String> affected) {
        return new TableMerge.Batch(BATCH, model.deleteWhen(), affected);
    }

    private Set<Path> testFolders() {
        Set<Path> folders = new HashSet<>();
        checks.tables()
                .values()
                .forEach(table -> LocalFiles.local(table.location()).ifPresent(folders::add));
        return folders;
    }

    private DuckDb open() throws SQLException {
        return DuckDb.open(settings.instance(settings.runFolder(runId).resolve("spill")), cancellation);
    }

    private LocalFiles local() {
        return new LocalFiles(settings.runFolder(runId));
    }

    private static Result result(
            ModelRun.Kind kind, long rowsIn, TableMerge.Outcome outcome, Inputs inputs, Audit audit) {
        return new Result(
                kind,
                rowsIn,
                audit.rejected,
                outcome,
                inputs.rows() + outcome.rowsRead() + audit.rowsRead,
                inputs.bytes() + outcome.bytesRead() + audit.bytesRead,
                List.copyOf(audit.results));
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
