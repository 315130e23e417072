package dev.sluice.sink.backfill;

import java.util.Locale;

/** What a backfill puts into the bronze table. */
public enum Landing {
    /** The records that the table misses. */
    MISSING,
    /** All records of the range that the topic still holds, in place of the rows that the table has of them. */
    OVERWRITE,
    /** Nothing: rows of the table are shown to the models again, and the topic is not read. */
    NONE;

    /** As the log writes it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Landing of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
