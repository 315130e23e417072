package dev.sluice.sink.land;

/** What landing does to the values of a column that holds personal data. */
public enum PiiAction {
    /** Lands as it is; the exception inside a masked struct. */
    KEEP,
    /** Lands as its keyed HMAC-SHA-256 (lower-case hex in text columns), so that equal values still join. */
    HASH,
    /** Lands as a constant. */
    REDACT
}
