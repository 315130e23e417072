package dev.sluice.load;

/** What a record of a load is. The first four carry a valid event. */
public enum RecordKind {
    /** A valid event, delivered when it happened. */
    ON_TIME,
    /** A valid event, delivered just after the next version of its order. */
    OUT_OF_ORDER,
    /** A valid event, delivered long after it happened. */
    LATE,
    /** The same bytes as an earlier record of the same partition. */
    DUPLICATE,
    /** A key without a value. */
    TOMBSTONE,
    /** A record that no table may take; see {@link MalformedKind}. */
    MALFORMED;

    /** Whether the record carries a valid event. */
    public boolean valid() {
        return this != TOMBSTONE && this != MALFORMED;
    }
}
