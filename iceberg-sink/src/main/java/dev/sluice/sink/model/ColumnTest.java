package dev.sluice.sink.model;

import java.util.Map;

/**
 * A quality test of a column, as declared.
 *
 * @param name for example {@code not_null}
 * @param arguments as in the file; lists stay lists
 */
public record ColumnTest(String name, Map<String, Object> arguments) {
    public ColumnTest {
        arguments = Map.copyOf(arguments);
    }
}
