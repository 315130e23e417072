package dev.sluice.sink.land;

/**
 * What is done to one column of personal data.
 *
 * @param optional whether a writer's schema may lack the column; otherwise records of such a schema are rejected,
 *     because the data may be there under another name
 */
public record PiiRule(PiiAction action, boolean optional) {
    /** A rule for a column that every writer must have. */
    public static PiiRule required(PiiAction action) {
        return new PiiRule(action, false);
    }
}
