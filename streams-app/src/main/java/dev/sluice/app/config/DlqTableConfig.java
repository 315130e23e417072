package dev.sluice.app.config;

/**
 * The table that a source's dead letters can be queried in.
 *
 * @param name namespace and name, separated by dots
 * @param value whether the table gets the bytes of the values
 */
public record DlqTableConfig(String name, Value value) {
    /** What becomes of the bytes that were rejected. */
    public enum Value {
        /** They are in the table as they came, personal data included. */
        KEEP,
        /** They stay in the topic; the table has their length. */
        OMIT
    }
}
