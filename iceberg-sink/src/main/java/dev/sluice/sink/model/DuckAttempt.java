package dev.sluice.sink.model;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.KeptInstance;
import dev.sluice.sink.duck.LocalFiles;
import dev.sluice.sink.duck.SqlText;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.merge.Changes;
import dev.sluice.sink.merge.MergeSpec;
import dev.sluice.sink.merge.Planned;
import dev.sluice.sink.merge.Stamp;
import dev.sluice.sink.merge.TableFiles;
import dev.sluice.sink.merge.TableMerge;
import dev.sluice.sink.quality.AuditSql;
import dev.sluice.sink.quality.Check;
import dev.sluice.sink.quality.QualityTest;
import dev.sluice.sink.quality.RowAudit;
import dev.sluice.sink.quality.TableAudit;
import dev.sluice.sink.quality.TestResult;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.iceberg.Table;

/** An attempt in DuckDB. */
final class DuckAttempt implements Attempt {
    private static final String BATCH = "sluice_batch";

    private final Pinned pinned;
    private final Model model;
    private final EngineSettings settings;
    private final Table target;
    private final KeptInstance instance;
    private final TableFaults faults;

    DuckAttempt(Pinned pinned, EngineSettings settings, KeptInstance instance, TableFaults faults) {
        this.pinned = pinned;
        this.model = pinned.model();
        this.settings = settings;
        this.target = pinned.target();
        this.instance = instance;
        this.faults = faults;
    }

    @Override
    public Result increment() throws SQLException {
        if (model.incremental() == Incremental.FULL) {
            return rebuild();
        }
        Ref driver = model.driver();
        Table driverTable = pinned.table(driver);
        Optional<Changes> changes = pinned.changes();
        if (changes.isEmpty() && pinned.losesWithoutChanges()) {
            return rebuild();
        }
        return merge(ModelRun.Kind.INCREMENT, model.merge(), pinned::stamp, inputs -> {
            if (driverTable == null || changes.isEmpty()) {
                inputs.everything(driver, driverTable);
                return Optional.empty();
            }
            if (model.incremental() == Incremental.AFFECTED_KEYS) {
                inputs.affected(driver, driverTable, changes.get(), model.uniqueKey());
                return Optional.of(Inputs.AFFECTED);
            }
            inputs.added(driver, driverTable, changes.get());
            if (model.followsKeys()) {
                inputs.touched(driver, driverTable, changes.get(), model.uniqueKey());
                return Optional.of(Inputs.AFFECTED);
            }
            return Optional.empty();
        });
    }

    @Override
    public Result replay(Replay replay) throws SQLException {
        Ref driver = model.driver();
        Table driverTable = pinned.table(driver);
        if (driverTable == null || !Replay.isPossible(driverTable.schema())) {
            throw Replay.impossible(model);
        }
        return merge(ModelRun.Kind.REPLAY, model.merge().tied(replay.tie()), pinned::unmoved, inputs -> {
            if (model.incremental() == Incremental.AFFECTED_KEYS) {
                inputs.affectedBy(driver, driverTable, replay, model.uniqueKey());
                return Optional.of(Inputs.AFFECTED);
            }
            inputs.replayed(driver, driverTable, replay);
            return Optional.empty();
        });
    }

    /** Shows an attempt its rows of the driver. */
    @FunctionalInterface
    private interface Driven {
        /** Returns the relation of the keys whose rows are made anew, if it is known. */
        Optional<String> by(Inputs inputs) throws SQLException;
    }

    /** Merges what the model's SELECT makes of the inputs. */
    private Result merge(ModelRun.Kind kind, MergeSpec spec, Supplier<Stamp> stamp, Driven driven) throws SQLException {
        return inSession((db, local) -> {
            TableMerge merge = new TableMerge(db, local, target, pinned.companion(), spec, pinned.attemptId(), faults);
            try (TableMerge.Caches caches = merge.open(settings.indexFolder(), model.name())) {
                Inputs inputs = new Inputs(db, local);
                Optional<String> affected = driven.by(inputs);
                otherInputs(inputs);
                long rowsIn = select(db, inputs, merge);
                Audit audit = new Audit(db, local);
                audit.rows();
                TableMerge.Outcome outcome =
                        merge.merge(caches, batch(affected.or(audit::rejectedKeys)), stamp.get(), audit::table);
                return result(kind, rowsIn, outcome, inputs, audit);
            }
        });
    }

    @Override
    public Result rebuild() throws SQLException {
        return inSession((db, local) -> {
            TableMerge merge =
                    new TableMerge(db, local, target, pinned.companion(), model.merge(), pinned.attemptId(), faults);
            try (TableMerge.Caches caches = merge.open()) {
                Inputs inputs = new Inputs(db, local);
                inputs.everything(model.driver(), pinned.table(model.driver()));
                otherInputs(inputs);
                long rowsIn = select(db, inputs, merge);
                Audit audit = new Audit(db, local);
                audit.rows();
                TableMerge.Outcome outcome =
                        merge.replace(caches, batch(Optional.empty()), pinned.stamp(), audit::table);
                return result(ModelRun.Kind.REBUILD, rowsIn, outcome, inputs, audit);
            }
        });
    }

    @Override
    public List<TestResult> test() throws SQLException {
        return inSession((db, local) -> {
            Set<Path> folders = testFolders();
            folders.add(settings.runFolder(pinned.runId()));
            TableFiles.current(target)
                    .files()
                    .forEach(live -> LocalFiles.local(live.file().location())
                            .map(Path::getParent)
                            .ifPresent(folders::add));
            db.confineTo(folders);
            AuditInputs scope = new AuditInputs(
                    db,
                    local,
                    model,
                    target,
                    Optional.empty(),
                    pinned.checks().tables(),
                    pinned.checks().now());
            List<TestResult> results =
                    new ArrayList<>(new RowAudit(AuditSql.of(db), model.name(), model.tests(), exempt())
                            .count("(" + scope.after() + ")"));
            // A distribution is of what a run brings, and there is no run.
            List<QualityTest> tests = model.tests().stream()
                    .filter(test -> !(test.check() instanceof Check.Distribution))
                    .toList();
            results.addAll(new TableAudit(
                            AuditSql.of(db),
                            model.name(),
                            scope,
                            pinned.checks().history())
                    .run(tests));
            return results;
        });
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
            RowAudit audit = new RowAudit(AuditSql.of(db), model.name(), model.tests(), exempt());
            results.addAll(audit.count(BATCH));
            if (results.stream().anyMatch(result -> result.status() == TestResult.Status.ERROR)) {
                rejected = audit.reject(db, BATCH);
                new Rejections(settings, faults).write(db, pinned);
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
            AuditInputs scope = new AuditInputs(
                    db,
                    local,
                    model,
                    target,
                    Optional.of(planned),
                    pinned.checks().tables(),
                    pinned.checks().now());
            try {
                List<QualityTest> gates =
                        model.tests().stream().filter(QualityTest::gates).toList();
                results.addAll(new TableAudit(
                                AuditSql.of(db),
                                model.name(),
                                scope,
                                pinned.checks().history())
                        .run(gates));
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
            pinned.beforeCommit();
        }
    }

    private void otherInputs(Inputs inputs) throws SQLException {
        for (Ref ref : model.refs()) {
            if (!ref.equals(model.driver())) {
                inputs.everything(ref, pinned.table(ref));
            }
        }
    }

    /** Runs the model's SELECT, confined to the files of the run. */
    private long select(DuckDb db, Inputs inputs, TableMerge merge) throws SQLException {
        Set<Path> folders = testFolders();
        folders.addAll(inputs.folders());
        folders.add(settings.runFolder(pinned.runId()));
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
        pinned.checks().tables().values().forEach(table -> addFolder(folders, table));
        return folders;
    }

    private static void addFolder(Set<Path> folders, Table table) {
        LocalFiles.local(table.location()).ifPresent(folders::add);
    }

    /** What an attempt does with an instance and the copies of remote files. */
    @FunctionalInterface
    private interface Step<T> {
        T run(DuckDb db, LocalFiles local) throws SQLException;
    }

    private <T> T inSession(Step<T> step) throws SQLException {
        try (LocalFiles local = new LocalFiles(settings.runFolder(pinned.runId()))) {
            return instance.run(expectedFolders(), db -> step.run(db, local));
        }
    }

    /** Where everything is that the attempt needs, unless a table's files are not in its folder. */
    private Set<Path> expectedFolders() {
        Set<Path> folders = testFolders();
        folders.add(settings.runsFolder());
        folders.add(settings.indexFolder());
        addFolder(folders, target);
        pinned.companion().ifPresent(table -> addFolder(folders, table));
        for (Ref ref : model.refs()) {
            Table table = pinned.table(ref);
            if (table != null) {
                addFolder(folders, table);
            }
        }
        return folders;
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
}
