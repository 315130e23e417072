package dev.sluice.sink.ledger;

/** How an announced range stands to what the table already holds. A gap or an overlap is an exception, not a value. */
public enum Placement {
    /** It follows what the table holds, or is the first of its partition: to be committed. */
    NEXT,
    /** The table holds all of it already: to be skipped. */
    DUPLICATE
}
