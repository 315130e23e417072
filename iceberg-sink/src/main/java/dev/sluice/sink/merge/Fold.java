package dev.sluice.sink.merge;

/** How a column of a merged row follows from all rows of its key. */
public enum Fold {
    /** The value in the newest row. */
    NEWEST,
    /** The smallest value that any row had; nulls are ignored. */
    MIN,
    /** The largest value that any row had; nulls are ignored. */
    MAX
}
