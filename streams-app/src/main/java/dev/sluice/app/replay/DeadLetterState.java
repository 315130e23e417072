package dev.sluice.app.replay;

import java.util.Locale;

/** What has become of a dead letter. */
public enum DeadLetterState {
    /** It was not put back. */
    OPEN,
    /** It was put back and waits to be landed. */
    REPLAYED,
    /** It was put back and rejected again; the new dead letter stands for the record now. */
    DEAD_AGAIN,
    /** It was put back and landed in the bronze table. */
    CLOSED;

    /** For people and programs, for example {@code dead-again}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
