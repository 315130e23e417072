package dev.sluice.app.commit;

import dev.sluice.error.SluiceException;

/**
 * What is done after bronze was committed: the models. It is called by one thread at a time, again after a failure that
 * may pass, and possibly twice for the same bronze commits, so it must find out from the tables what is left to do.
 */
@FunctionalInterface
public interface AfterBronze {
    /**
     * Brings everything downstream up to date with the bronze tables.
     *
     * @throws SluiceException of kind {@code EXTERNAL} or {@code CONFLICT} to be called again; any other stops the
     *     committer
     */
    void run(BronzeRound round);

    /** Nothing is downstream. */
    static AfterBronze nothing() {
        return round -> {};
    }
}
