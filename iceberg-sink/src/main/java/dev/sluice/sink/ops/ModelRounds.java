package dev.sluice.sink.ops;

import dev.sluice.sink.model.ModelEngine;
import dev.sluice.sink.model.ModelRun;
import dev.sluice.sink.model.ModelSet;
import dev.sluice.sink.model.ModelSource;
import java.util.List;
import java.util.UUID;

/** Rounds of model runs: the models as the analysts' folder has them, compared with earlier runs, and logged. */
public final class ModelRounds implements AutoCloseable {
    private final ModelEngine engine;
    private final ModelSource models;
    private final RunLog log;

    public ModelRounds(ModelEngine engine, ModelSource models, RunLog log) {
        this.engine = engine;
        this.models = models;
        this.log = log;
    }

    /** Runs every model once. */
    public List<ModelRun> run() {
        ModelSet set = models.current();
        List<ModelRun> runs = engine.run(set, log);
        log.append(UUID.randomUUID().toString(), runs);
        return runs;
    }

    /** Stops the SQL that is running, and runs no more. What was committed stays. */
    @Override
    public void close() {
        engine.close();
    }
}
