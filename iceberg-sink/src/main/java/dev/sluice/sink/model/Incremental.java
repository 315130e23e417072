package dev.sluice.sink.model;

/** What a run of a model reads. */
public enum Incremental {
    /** The rows of the driving ref that were added since the last run; they are merged by key. */
    DELTA,
    /**
     * The current rows of the driving ref whose key was touched since the last run; they replace the rows of those
     * keys.
     */
    AFFECTED_KEYS,
    /** Everything; it replaces the table. */
    FULL
}
