package dev.sluice.sink.backfill;

import java.util.Locale;

/** When readers see what a backfill lands. */
public enum Publication {
    /** Batch by batch. */
    BATCH,
    /** All batches at once; until then they are staged on a branch of the bronze table. */
    ATOMIC;

    /** As the log writes it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Publication of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
