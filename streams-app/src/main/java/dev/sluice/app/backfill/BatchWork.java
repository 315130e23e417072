package dev.sluice.app.backfill;

import dev.sluice.sink.backfill.BackfillBatch;

/** Does one batch, which was begun; doing it again is safe from any point. */
@FunctionalInterface
interface BatchWork {
    /**
     * Does it.
     *
     * @param last whether no other batch is left for this run
     * @return the batch as it is then
     */
    BackfillBatch end(BackfillBatch started, boolean last);
}
