package dev.sluice.sink.model;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.fault.TablePoint;
import dev.sluice.sink.merge.MergeCounts;
import dev.sluice.sink.merge.TableMerge;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
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
public final class ModelEngine {
    private static final Logger LOG = LoggerFactory.getLogger(ModelEngine.class);
    private static final ModelAttempt.Result UP_TO_DATE = new ModelAttempt.Result(
            ModelRun.Kind.UP_TO_DATE, 0, new TableMerge.Outcome(MergeCounts.NONE, 0, 0, 0, 0), 0, 0);

    private final ModelTables tables;
    private final EngineSettings settings;
    private final InstantSource clock;
    private final BeforeCommit beforeCommit;
    private final TableFaults faults;

    public ModelEngine(Catalog catalog, EngineSettings settings, InstantSource clock) {
        this(catalog, settings, clock, TableFaults.none());
    }

    public ModelEngine(Catalog catalog, EngineSettings settings, InstantSource clock, TableFaults faults) {
        this(catalog, settings, clock, (model, attempt) -> {}, faults);
    }

    /** For tests that let another writer in between the plan and the commit. */
    ModelEngine(Catalog catalog, EngineSettings settings, InstantSource clock, BeforeCommit beforeCommit) {
        this(catalog, settings, clock, beforeCommit, TableFaults.none());
    }

    private ModelEngine(
            Catalog catalog,
            EngineSettings settings,
            InstantSource clock,
            BeforeCommit beforeCommit,
            TableFaults faults) {
        this.tables = new ModelTables(catalog);
        this.settings = settings;
        this.clock = clock;
        this.beforeCommit = beforeCommit;
        this.faults = faults;
    }

    /** Called when an attempt has written its files and is about to commit. */
    @FunctionalInterface
    interface BeforeCommit {
        void reached(Model model, int attempt);
    }

    /** Runs every model, each after what it reads. */
    public List<ModelRun> run(ModelSet set) {
        List<ModelRun> runs = new ArrayList<>();
        for (Model model : set.models()) {
            runs.add(run(model));
            faults.pass(TablePoint.MODEL_DONE, model.name());
        }
        return runs;
    }

    /** Brings one model's table up to date with what it reads. */
    public ModelRun run(Model model) {
        return run(model, Work.INCREMENT);
    }

    /**
     * Shows a model rows of its driving bronze table again, with its SQL of now, and merges them. How far the model has
     * consumed its refs stays as it is, so a replay neither skips nor repeats anything for later runs. A model that
     * reads everything anyway is brought up to date instead.
     *
     * @throws SluiceException {@code MODEL_INVALID} when the rows of the driving table do not say where they come from
     */
    public ModelRun replay(Model model, Replay replay) {
        return model.incremental() == Incremental.FULL ? run(model) : run(model, Work.replaying(replay));
    }

    /** Recomputes one model's table from everything and replaces it in one commit. */
    public ModelRun rebuild(Model model) {
        return run(model, Work.REBUILD);
    }

    private interface Work {
        Work INCREMENT = new Work() {
            @Override
            public boolean isNothing(ModelAttempt attempt) {
                return attempt.isUpToDate();
            }

            @Override
            public ModelAttempt.Result by(ModelAttempt attempt) throws SQLException {
                return attempt.increment();
            }
        };
        Work REBUILD = ModelAttempt::rebuild;

        static Work replaying(Replay replay) {
            return attempt -> attempt.replay(replay);
        }

        default boolean isNothing(ModelAttempt attempt) {
            return false;
        }

        ModelAttempt.Result by(ModelAttempt attempt) throws SQLException;
    }

    private ModelRun run(Model model, Work work) {
        Instant start = clock.instant();
        String runId = UUID.randomUUID().toString();
        return attempts(model, work, runId, start);
    }

    private ModelRun attempts(Model model, Work work, String runId, Instant start) {
        SluiceException last = null;
        for (int number = 1; number <= settings.commitAttempts(); number++) {
            int attemptNumber = number;
            ModelAttempt attempt = new ModelAttempt(
                    model,
                    settings,
                    runId,
                    runId + "-" + number,
                    tables.require(model),
                    model.deleteWhen().map(column -> tables.requireDeleted(model)),
                    upstream(model),
                    () -> beforeCommit.reached(model, attemptNumber),
                    faults);
            if (attempt.isDone() || work.isNothing(attempt)) {
                return finished(model, runId, start, attempt, UP_TO_DATE);
            }
            try {
                ModelAttempt.Result result = work.by(attempt);
                return finished(model, runId, start, attempt, result);
            } catch (SQLException e) {
                boolean disk = String.valueOf(e.getMessage()).startsWith("IO Error");
                throw new SluiceException(
                        disk ? ErrorCode.STORAGE_FAILED : ErrorCode.MODEL_FAILED,
                        "[%s] Cannot run the model: %s".formatted(model.name(), e.getMessage()),
                        e);
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

    private ModelRun finished(
            Model model, String runId, Instant start, ModelAttempt attempt, ModelAttempt.Result result) {
        TableMerge.Outcome outcome = result.outcome();
        ModelRun run = new ModelRun(
                model.name(),
                runId,
                result.kind(),
                result.rowsIn(),
                outcome.counts(),
                result.rowsScanned(),
                result.bytesScanned(),
                outcome.bytesWritten(),
                result.kind() == ModelRun.Kind.REPLAY ? Map.of() : attempt.advances(),
                result.kind() == ModelRun.Kind.UP_TO_DATE
                        ? OptionalLong.empty()
                        : OptionalLong.of(outcome.snapshotId()),
                Duration.between(start, clock.instant()).toMillis());
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

    private Map<String, Table> upstream(Model model) {
        Map<String, Table> upstream = new LinkedHashMap<>();
        for (Ref ref : model.refs()) {
            tables.find(ref.name()).ifPresent(table -> upstream.put(ref.name(), table));
        }
        return upstream;
    }
}
