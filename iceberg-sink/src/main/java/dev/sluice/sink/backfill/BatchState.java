package dev.sluice.sink.backfill;

import java.util.Locale;

/** How far a batch has come. */
public enum BatchState {
    PLANNED,
    /** Somebody works on it, or was killed at it. */
    RUNNING,
    DONE,
    FAILED,
    CANCELLED;

    /** Whether a resume has to do it. */
    public boolean isOpen() {
        return this == PLANNED || this == RUNNING || this == FAILED;
    }

    /** As the log and people write it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static BatchState of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
