package dev.sluice.sink.quality;

/** What a failed test does. */
public enum Severity {
    /** It is told, nothing else. */
    WARN,
    /** A row is kept out of the table; a table is not published, and nothing downstream of it runs. */
    ERROR
}
