package dev.sluice.sink.model;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.fault.TablePoint;
import dev.sluice.sink.merge.MergeCounts;
import dev.sluice.sink.merge.TableMerge;
import dev.sluice.sink.quality.TestHistory;
import dev.sluice.sink.quality.TestResult;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs models. A run reads what its refs gained since the snapshot that the table's stamp names, and commits the rows
 * and the new stamp together: run it again and nothing is left to do, kill it and the next run starts where this one
 * did.
 */
public final class ModelEngine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelEngine.class);
    private static final TableMerge.Outcome NOTHING = new TableMerge.Outcome(MergeCounts.NONE, 0, 0, 0, 0);
    private static final Attempt.Result UP_TO_DATE =
            new Attempt.Result(ModelRun.Kind.UP_TO_DATE, 0, 0, NOTHING, 0, 0, List.of());

    private final ModelTables tables;
    private final SqlEngine sql;
    private final int commitAttempts;
    private final InstantSource clock;
    private final BeforeCommit beforeCommit;
    private final TableFaults faults;
    private volatile boolean closed;

    /** Runs models in DuckDB, in this process. */
    public ModelEngine(Catalog catalog, EngineSettings settings, InstantSource clock) {
        this(catalog, settings, clock, TableFaults.none());
    }

    /** Runs models in DuckDB, in this process. */
    public ModelEngine(Catalog catalog, EngineSettings settings, InstantSource clock, TableFaults faults) {
        this(catalog, new DuckEngine(settings, faults), settings.commitAttempts(), clock, faults);
    }

    /**
     * Runs models where the engine runs SQL.
     *
     * @param commitAttempts how often a run is tried when other writers get in first, at least 1
     */
    public ModelEngine(Catalog catalog, SqlEngine sql, int commitAttempts, InstantSource clock, TableFaults faults) {
        this(catalog, sql, commitAttempts, clock, (model, attempt) -> {}, faults);
    }

    /** For tests that let another writer in between the plan and the commit. */
    ModelEngine(Catalog catalog, EngineSettings settings, InstantSource clock, BeforeCommit beforeCommit) {
        this(
                catalog,
                new DuckEngine(settings, TableFaults.none()),
                settings.commitAttempts(),
                clock,
                beforeCommit,
                TableFaults.none());
    }

    private ModelEngine(
            Catalog catalog,
            SqlEngine sql,
            int commitAttempts,
            InstantSource clock,
            BeforeCommit beforeCommit,
            TableFaults faults) {
        this.tables = new ModelTables(catalog);
        this.sql = sql;
        this.commitAttempts = commitAttempts;
        this.clock = clock;
        this.beforeCommit = beforeCommit;
        this.faults = faults;
    }

    /** Called when an attempt has written its files and is about to commit. */
    @FunctionalInterface
    interface BeforeCommit {
        void reached(Model model, int attempt);
    }

    /** Runs every model, each after what it reads; none after one that a test refused. */
    public List<ModelRun> run(ModelSet set) {
        return run(set, TestHistory.NONE);
    }

    /** Runs every model, with tests that compare with earlier runs. */
    public List<ModelRun> run(ModelSet set, TestHistory history) {
        return run(set, set.models(), history, false);
    }

    /**
     * Runs some models of a set, each after what it reads; none after one that a test refused.
     *
     * @param everything whether each table is recomputed from everything
     */
    public List<ModelRun> run(ModelSet set, Collection<Model> selected, TestHistory history, boolean everything) {
        List<ModelRun> runs = new ArrayList<>();
        Set<String> held = new HashSet<>();
        for (Model model : set.models()) {
            boolean stands = model.refs().stream().anyMatch(ref -> held.contains(ref.name()));
            if (stands) {
                held.add(model.name());
            }
            if (selected.contains(model)) {
                ModelRun run;
                try {
                    run = stands ? skipped(model) : run(model, history, everything ? Work.REBUILD : Work.INCREMENT);
                } catch (SluiceException e) {
                    if (closed) {
                        LOG.info("The engine was closed in the middle of a run: model={}", model.name());
                        return runs;
                    }
                    throw e;
                }
                runs.add(run);
                faults.pass(TablePoint.MODEL_DONE, model.name());
                if (!run.succeeded()) {
                    held.add(model.name());
                }
            }
        }
        return runs;
    }

    /** Deletes what killed processes left behind; call it before the first run. */
    public void sweep() {
        sql.sweep();
    }

    /** Ends the SQL that is running, and runs no more; {@link #run(ModelSet)} then returns what was done until then. */
    @Override
    public void close() {
        closed = true;
        sql.close();
    }

    /** Brings one model's table up to date with what it reads. */
    public ModelRun run(Model model) {
        return run(model, TestHistory.NONE, Work.INCREMENT);
    }

    /**
     * Shows a model rows of its driving bronze table again, with its SQL of now, and merges them. How far the model has
     * consumed its refs stays as it is, so a replay neither skips nor repeats anything for later runs. A model that
     * reads everything anyway is brought up to date instead.
     *
     * @throws SluiceException {@code MODEL_INVALID} when the rows of the driving table do not say where they come from,
     *     {@code TEST_FAILED} when a test refused the table
     */
    public ModelRun replay(Model model, Replay replay) {
        if (model.incremental() == Incremental.FULL) {
            return run(model);
        }
        ModelRun run = run(model, TestHistory.NONE, Work.replaying(replay));
        if (!run.succeeded()) {
            throw new SluiceException(
                    ErrorCode.TEST_FAILED,
                    "[%s] Cannot publish what the replay made: %s"
                            .formatted(
                                    model.name(),
                                    run.tests().stream()
                                            .filter(TestResult::blocks)
                                            .map(result -> result.test().name() + " " + result.message())
                                            .toList()));
        }
        return run;
    }

    /** Recomputes one model's table from everything and replaces it in one commit. */
    public ModelRun rebuild(Model model) {
        return run(model, TestHistory.NONE, Work.REBUILD);
    }

    /** Runs the tests of a model on its table as it is. Tests of single rows count, and keep nothing out. */
    public List<TestResult> test(Model model, TestHistory history) {
        if (tables.find(model.name()).isEmpty()) {
            return List.of();
        }
        String runId = UUID.randomUUID().toString();
        try {
            return sql.attempt(pin(model, runId, 1, history)).test();
        } catch (SQLException e) {
            throw failed(model, e);
        }
    }

    private interface Work {
        Work INCREMENT = new Work() {
            @Override
            public boolean isNothing(Pinned pinned) {
                return pinned.isUpToDate();
            }

            @Override
            public Attempt.Result by(Attempt attempt) throws SQLException {
                return attempt.increment();
            }
        };
        Work REBUILD = Attempt::rebuild;

        static Work replaying(Replay replay) {
            return attempt -> attempt.replay(replay);
        }

        default boolean isNothing(Pinned pinned) {
            return false;
        }

        Attempt.Result by(Attempt attempt) throws SQLException;
    }

    private ModelRun run(Model model, TestHistory history, Work work) {
        Instant start = clock.instant();
        String runId = UUID.randomUUID().toString();
        return attempts(model, history, work, runId, start);
    }

    /** Whether a run of the model would find nothing to do. Changes nothing. */
    public boolean isUpToDate(Model model) {
        return tables.find(model.name())
                .map(table -> pin(model, table, Optional.empty(), "", 1, TestHistory.NONE)
                        .isUpToDate())
                .orElse(false);
    }

    private Pinned pin(Model model, String runId, int number, TestHistory history) {
        return pin(
                model,
                tables.require(model),
                model.deleteWhen().map(column -> tables.requireDeleted(model)),
                runId,
                number,
                history);
    }

    private Pinned pin(
            Model model, Table table, Optional<Table> deleted, String runId, int number, TestHistory history) {
        return new Pinned(
                model,
                runId,
                number,
                table,
                deleted,
                tables(model.refs()),
                new Pinned.Checks(
                        tables(model.testRefs()),
                        history,
                        () -> tables.require(Rejections.tableOf(model)),
                        clock.instant()),
                () -> beforeCommit.reached(model, number));
    }

    private static SluiceException failed(Model model, SQLException e) {
        boolean disk = String.valueOf(e.getMessage()).startsWith("IO Error");
        return new SluiceException(
                disk ? ErrorCode.STORAGE_FAILED : ErrorCode.MODEL_FAILED,
                "[%s] Cannot run the model: %s".formatted(model.name(), e.getMessage()),
                e);
    }

    private ModelRun attempts(Model model, TestHistory history, Work work, String runId, Instant start) {
        SluiceException last = null;
        for (int number = 1; number <= commitAttempts; number++) {
            Pinned pinned = pin(model, runId, number, history);
            if (pinned.isDone() || work.isNothing(pinned)) {
                return finished(model, runId, start, pinned, UP_TO_DATE);
            }
            try {
                Attempt.Result result = work.by(sql.attempt(pinned));
                return finished(model, runId, start, pinned, result);
            } catch (AuditRefused e) {
                return refused(model, runId, start, pinned, e.results());
            } catch (SQLException e) {
                throw failed(model, e);
            } catch (SluiceException e) {
                if (e.code() != ErrorCode.COMMIT_CONFLICT && e.code() != ErrorCode.COMMIT_UNKNOWN) {
                    throw e;
                }
                LOG.info(
                        "Trying the model again: model={}, attempt={}, reason={}",
                        model.name(),
                        number,
                        e.getMessage());
                last = e;
            }
        }
        throw Objects.requireNonNull(last);
    }

    private ModelRun finished(Model model, String runId, Instant start, Pinned pinned, Attempt.Result result) {
        TableMerge.Outcome outcome = result.outcome();
        ModelRun run = new ModelRun(
                model.name(),
                runId,
                result.kind(),
                start,
                result.rowsIn(),
                result.rejected(),
                outcome.counts(),
                result.rowsScanned(),
                result.bytesScanned(),
                outcome.bytesWritten(),
                result.kind() == ModelRun.Kind.REPLAY ? Map.of() : pinned.advances(),
                result.kind() == ModelRun.Kind.UP_TO_DATE
                        ? OptionalLong.empty()
                        : OptionalLong.of(outcome.snapshotId()),
                result.kind() == ModelRun.Kind.UP_TO_DATE ? OptionalLong.empty() : OptionalLong.of(pinned.liveRows()),
                Duration.between(start, clock.instant()).toMillis(),
                result.tests());
        LOG.info(
                "Model has run: model={}, kind={}, rowsIn={}, inserted={}, updated={}, deleted={}, elapsedMillis={}",
                run.model(),
                run.kind(),
                run.rowsIn(),
                run.counts().inserted(),
                run.counts().updated(),
                run.counts().deleted(),
                run.elapsedMillis());
        return run;
    }

    private ModelRun refused(Model model, String runId, Instant start, Pinned pinned, List<TestResult> results) {
        results.stream()
                .filter(TestResult::blocks)
                .forEach(result -> LOG.error(
                        "A test refused what the model would publish; it stays as it was, and nothing downstream of it runs: model={}, test={}, found={}",
                        model.name(),
                        result.test().name(),
                        result.message()));
        return without(model, runId, ModelRun.Kind.REFUSED, start, pinned.advances(), results);
    }

    private ModelRun skipped(Model model) {
        LOG.warn("Model is not run, because something that it reads was refused: model={}", model.name());
        return without(model, "", ModelRun.Kind.SKIPPED, clock.instant(), Map.of(), List.of());
    }

    private ModelRun without(
            Model model,
            String runId,
            ModelRun.Kind kind,
            Instant start,
            Map<String, ModelRun.Advance> advances,
            List<TestResult> results) {
        return new ModelRun(
                model.name(),
                runId,
                kind,
                start,
                0,
                0,
                MergeCounts.NONE,
                0,
                0,
                0,
                advances,
                OptionalLong.empty(),
                OptionalLong.empty(),
                Duration.between(start, clock.instant()).toMillis(),
                results);
    }

    private Map<String, Table> tables(List<Ref> refs) {
        Map<String, Table> found = new LinkedHashMap<>();
        for (Ref ref : refs) {
            tables.find(ref.name()).ifPresent(table -> found.put(ref.name(), table));
        }
        return found;
    }
}
