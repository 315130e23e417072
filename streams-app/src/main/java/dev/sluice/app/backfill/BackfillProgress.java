package dev.sluice.app.backfill;

import dev.sluice.sink.backfill.Backfill;
import dev.sluice.sink.backfill.BackfillBatch;

/** Is told how a run goes on. */
public interface BackfillProgress {
    void started(Backfill backfill, BackfillBatch batch);

    /** A batch ended, done or failed. */
    void ended(Backfill backfill, BackfillBatch batch);

    /** Tells nobody. */
    static BackfillProgress silent() {
        return new BackfillProgress() {
            @Override
            public void started(Backfill backfill, BackfillBatch batch) {
                // Nobody listens.
            }

            @Override
            public void ended(Backfill backfill, BackfillBatch batch) {
                // Nobody listens.
            }
        };
    }
}
