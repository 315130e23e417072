package dev.sluice.app.backfill;

import dev.sluice.app.retry.Backoff;
import dev.sluice.app.retry.Pause;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.ErrorKind;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.backfill.AffectedModels;
import dev.sluice.sink.model.ModelRun;
import java.time.Duration;
import java.util.function.Supplier;

/** Runs a model again as often as it takes: a live run that gets in first is waited for. */
final class Patience implements AffectedModels.Patience {
    static final Backoff YIELD = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(3));
    private static final int ATTEMPTS = 50;

    private final Pause pause;

    Patience(Pause pause) {
        this.pause = pause;
    }

    @Override
    public ModelRun call(Supplier<ModelRun> run) {
        for (int lost = 1; ; lost++) {
            try {
                return run.get();
            } catch (SluiceException e) {
                boolean passing = e.code() == ErrorCode.COMMIT_CONFLICT || e.kind() == ErrorKind.EXTERNAL;
                if (!passing || lost == ATTEMPTS || !pause.await(YIELD.after(lost))) {
                    throw e;
                }
            }
        }
    }
}
