package dev.sluice.sink.backfill;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.merge.MergeCounts;
import dev.sluice.sink.merge.Tie;
import dev.sluice.sink.model.Model;
import dev.sluice.sink.model.ModelEngine;
import dev.sluice.sink.model.ModelRun;
import dev.sluice.sink.model.ModelSet;
import dev.sluice.sink.model.Ref;
import dev.sluice.sink.model.Replay;
import dev.sluice.sink.quality.TestResult;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The models that see a batch: those on the bronze table see its rows again, those further down follow by what changed
 * in between.
 */
public final class AffectedModels {
    private final String bronze;
    private final List<Model> models;

    private AffectedModels(String bronze, List<Model> models) {
        this.bronze = bronze;
        this.models = models;
    }

    /**
     * The models that a bronze table reaches.
     *
     * @param selected names of those wanted; empty for all of them
     * @throws SluiceException {@code USAGE} for a name that the table does not reach
     */
    public static AffectedModels of(ModelSet set, String bronze, List<String> selected) {
        Set<String> reached = new HashSet<>(Set.of(bronze));
        List<Model> models = new ArrayList<>();
        for (Model model : set.models()) {
            if (model.refs().stream().map(Ref::name).anyMatch(reached::contains)) {
                reached.add(model.name());
                models.add(model);
            }
        }
        for (String name : selected) {
            if (models.stream().noneMatch(model -> model.name().equals(name))) {
                throw new SluiceException(
                        ErrorCode.USAGE,
                        "Cannot select model '%s': no model of that name is made from %s, expected some of %s"
                                .formatted(
                                        name,
                                        bronze,
                                        models.stream().map(Model::name).toList()));
            }
        }
        return new AffectedModels(
                bronze,
                models.stream()
                        .filter(model -> selected.isEmpty() || selected.contains(model.name()))
                        .toList());
    }

    public List<String> names() {
        return models.stream().map(Model::name).toList();
    }

    /** Runs a model, again as long as others get in first. */
    @FunctionalInterface
    public interface Patience {
        ModelRun call(Supplier<ModelRun> run);
    }

    /**
     * Runs them in order.
     *
     * @param landed stretches whose rows are new to the tables
     * @param recognised stretches whose rows the tables may hold, made by the SQL of before
     * @return by table, rows inserted, updated or deleted
     */
    public Map<String, Long> run(
            ModelEngine engine, List<OffsetRange> landed, List<OffsetRange> recognised, Patience patience) {
        Map<String, Long> changed = new LinkedHashMap<>();
        for (Model model : models) {
            long rows = 0;
            if (!model.driver().name().equals(bronze)) {
                rows = rows(accepted(patience.call(() -> engine.run(model))));
            } else {
                if (!landed.isEmpty()) {
                    rows += rows(patience.call(() -> engine.replay(model, new Replay(landed, Tie.GREATER_CONTENT))));
                }
                if (!recognised.isEmpty()) {
                    rows += rows(patience.call(() -> engine.replay(model, new Replay(recognised, Tie.INCOMING))));
                }
            }
            changed.put(model.name(), rows);
        }
        return changed;
    }

    /**
     * Makes them anew from everything, in order.
     *
     * @return by table, the rows of the new one
     * @throws SluiceException {@code TEST_FAILED} when a test refused a table
     */
    public Map<String, Long> remake(ModelEngine engine, Patience patience) {
        Map<String, Long> changed = new LinkedHashMap<>();
        for (Model model : models) {
            changed.put(model.name(), rows(accepted(patience.call(() -> engine.rebuild(model)))));
        }
        return changed;
    }

    private static ModelRun accepted(ModelRun run) {
        if (!run.succeeded()) {
            throw new SluiceException(
                    ErrorCode.TEST_FAILED,
                    "[%s] Cannot publish the table: %s"
                            .formatted(
                                    run.model(),
                                    run.tests().stream()
                                            .filter(TestResult::blocks)
                                            .map(result -> result.test().name() + " " + result.message())
                                            .toList()));
        }
        return run;
    }

    private static long rows(ModelRun run) {
        MergeCounts counts = run.counts();
        return counts.written() + counts.deleted();
    }
}
