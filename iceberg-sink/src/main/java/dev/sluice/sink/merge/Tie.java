package dev.sluice.sink.merge;

/** Which of two different rows with the same key and the same ordering is kept. */
public enum Tie {
    /**
     * The one whose content sorts last (nulls first). The choice does not depend on which came first, so replays and
     * shuffled input end in the same table.
     */
    GREATER_CONTENT,
    /** The incoming one: its source holds one current row per key, which is the truth. */
    INCOMING
}
