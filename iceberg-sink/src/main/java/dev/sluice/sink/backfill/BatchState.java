package dev.sluice.sink.backfill;

import java.util.Locale;

/** How far a batch has come. */
public enum BatchState {
    PLANNED,
    /** Somebody works on it, or was killed at it. */
    RUNNING,
    /** Landed on the branch of a backfill that is published at once; nobody sees it yet. */
    STAGED,
    DONE,
    FAILED,
    CANCELLED;

    /** Whether a resume has something to do for it: all of it, or to publish it. */
    public boolean isOpen() {
        return this == PLANNED || this == RUNNING || this == FAILED || this == STAGED;
    }

    /** As the log and people write it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static BatchState of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
