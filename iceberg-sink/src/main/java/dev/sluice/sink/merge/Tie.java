package dev.sluice.sink.merge;

/** Which of two different rows with the same key is kept when the ordering does not say. */
public enum Tie {
    /**
     * The one whose content sorts last (nulls first). The choice does not depend on which came first, so replays and
     * shuffled input end in the same table.
     */
    GREATER_CONTENT,
    /** The incoming one. */
    INCOMING,
    /**
     * The incoming one, even when it is older: its source holds one current row per key, which is the truth. Another
     * engine may have set a row back there.
     */
    INCOMING_EVEN_OLDER
}
