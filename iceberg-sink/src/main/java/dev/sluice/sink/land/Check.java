package dev.sluice.sink.land;

import java.math.BigDecimal;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One landing check: a rule that the decoded, not yet masked values of a column must keep, or the record is rejected.
 * Columns are named by path as in {@link PiiRules}; in a list every element is checked, and below a null struct nothing
 * is. Null passes every check but {@link NotNull}.
 */
public sealed interface Check {
    /** Path of the column. */
    String column();

    /** The column has a value; broken also when the writer has no such field or its type does not fit the column. */
    record NotNull(String column) implements Check {}

    /** A number of at least {@code bound}; infinities and not-a-number break it. */
    record Min(String column, BigDecimal bound) implements Check {}

    /** A number of at most {@code bound}; infinities and not-a-number break it. */
    record Max(String column, BigDecimal bound) implements Check {}

    /** A text that matches as a whole. */
    record Matches(String column, Pattern pattern) implements Check {}

    /** One of these; numbers and booleans by their plain text. */
    record In(String column, Set<String> allowed) implements Check {
        public In {
            allowed = Set.copyOf(allowed);
        }
    }
}
