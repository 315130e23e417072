package dev.sluice.sink.model.trino;

import dev.sluice.sink.duck.SqlText;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.merge.MergeSpec;
import dev.sluice.sink.model.Attempt;
import dev.sluice.sink.model.Incremental;
import dev.sluice.sink.model.Model;
import dev.sluice.sink.model.ModelRun;
import dev.sluice.sink.model.Pinned;
import dev.sluice.sink.model.Replay;
import dev.sluice.sink.quality.Check;
import dev.sluice.sink.quality.QualityTest;
import dev.sluice.sink.quality.RowAudit;
import dev.sluice.sink.quality.TableAudit;
import dev.sluice.sink.quality.TestResult;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.iceberg.Table;

/** An attempt on a Trino cluster: chooses what the model reads, {@link TrinoRun} does the rest. */
final class TrinoAttempt implements Attempt {
    private static final String KEYS = "keys";

    private final Pinned pinned;
    private final Model model;
    private final Function<String, TrinoSession> sessions;
    private final StagedNames names;
    private final TableFaults faults;

    TrinoAttempt(Pinned pinned, Function<String, TrinoSession> sessions, StagedNames names, TableFaults faults) {
        this.pinned = pinned;
        this.model = pinned.model();
        this.sessions = sessions;
        this.names = names;
        this.faults = faults;
    }

    @Override
    public Result increment() throws SQLException {
        if (model.incremental() == Incremental.FULL) {
            return rebuild();
        }
        Optional<ChangedFiles> files = changedFiles();
        if (files.isEmpty() && pinned.losesWithoutChanges()) {
            return rebuild();
        }
        return run((run, staging) -> {
            TrinoInputs inputs = new TrinoInputs(pinned);
            Optional<String> affected = Optional.empty();
            if (files.isPresent()) {
                boolean byKey = model.incremental() == Incremental.AFFECTED_KEYS;
                if (byKey || model.followsKeys()) {
                    staging.create(KEYS, inputs.touchedKeys(files.get()));
                    affected = Optional.of(staging.path(KEYS));
                }
                if (byKey) {
                    inputs.ofKeys(staging.path(KEYS));
                } else {
                    inputs.added(files.get());
                }
            }
            return run.merge(ModelRun.Kind.INCREMENT, model.merge(), inputs, affected, pinned.stamp());
        });
    }

    @Override
    public Result replay(Replay replay) throws SQLException {
        Table driver = pinned.table(model.driver());
        if (driver == null || !Replay.isPossible(driver.schema())) {
            throw Replay.impossible(model);
        }
        MergeSpec spec = model.merge();
        MergeSpec tied = spec.tied(replay.tie());
        return run((run, staging) -> {
            TrinoInputs inputs = new TrinoInputs(pinned);
            Optional<String> affected = Optional.empty();
            if (model.incremental() == Incremental.AFFECTED_KEYS) {
                staging.create(KEYS, inputs.keysOf(replay));
                affected = Optional.of(staging.path(KEYS));
                inputs.ofKeys(staging.path(KEYS));
            } else {
                inputs.replayed(replay);
            }
            return run.merge(ModelRun.Kind.REPLAY, tied, inputs, affected, pinned.unmoved());
        });
    }

    @Override
    public Result rebuild() throws SQLException {
        return run((run, staging) -> run.replace(new TrinoInputs(pinned)));
    }

    @Override
    public List<TestResult> test() throws SQLException {
        try (TrinoSession session = sessions.apply(model.name())) {
            TrinoScope scope = new TrinoScope(session, pinned, Optional.empty());
            String exempt = model.deleteWhen().map(SqlText::name).orElse("false");
            List<TestResult> results = new ArrayList<>(
                    new RowAudit(session, model.name(), model.tests(), exempt).count("(" + scope.after() + ")"));
            List<QualityTest> tests = model.tests().stream()
                    .filter(test -> !(test.check() instanceof Check.Distribution))
                    .toList();
            results.addAll(
                    new TableAudit(scope, model.name(), scope, pinned.checks().history()).run(tests));
            return results;
        }
    }

    @FunctionalInterface
    private interface Work {
        Result in(TrinoRun run, Staging staging) throws SQLException;
    }

    private Result run(Work work) throws SQLException {
        try (TrinoSession session = sessions.apply(model.name());
                Staging staging = new Staging(session, names, pinned.attemptId())) {
            return work.in(new TrinoRun(session, staging, pinned, faults), staging);
        }
    }

    /** Where the changes of the driving ref are; empty when everything must be taken as changed. */
    private Optional<ChangedFiles> changedFiles() {
        Table driver = pinned.table(model.driver());
        Optional<Long> from = pinned.consumed(model.driver().name());
        if (driver == null || from.isEmpty()) {
            return Optional.empty();
        }
        boolean keyed = !model.driver().key().isEmpty();
        return pinned.changes().flatMap(changes -> ChangedFiles.of(driver, from.get(), changes, keyed));
    }
}
