package dev.sluice.app.config;

import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** One rule that a decoded value must keep to land; a record that breaks it is a dead letter. */
public sealed interface ColumnCheck {
    /** Dots lead into nested records. */
    String column();

    record NotNull(String column) implements ColumnCheck {}

    /** Both ends inclusive; at least one is given. */
    record Range(
            String column, @Nullable Long min, @Nullable Long max) implements ColumnCheck {
        public Range {
            if (min == null && max == null) {
                throw Require.invalid("min", "a number in min or max", "none");
            }
            if (min != null && max != null && min > max) {
                throw Require.invalid("min", "at most max = " + max, min);
            }
        }
    }

    /** The whole value matches the regular expression. */
    record Matches(String column, String regex) implements ColumnCheck {
        public Matches {
            try {
                Pattern.compile(regex);
            } catch (PatternSyntaxException e) {
                throw Require.invalid("matches", "a regular expression", regex + " (" + e.getDescription() + ")");
            }
        }
    }

    record OneOf(String column, List<String> values) implements ColumnCheck {
        public OneOf {
            values = List.copyOf(values);
            if (values.isEmpty()) {
                throw Require.invalid("in", "at least one value", "none");
            }
        }
    }
}
