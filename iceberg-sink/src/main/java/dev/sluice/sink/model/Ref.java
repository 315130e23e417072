package dev.sluice.sink.model;

import dev.sluice.sink.duck.Column;
import java.util.List;

/**
 * A table that a model reads.
 *
 * @param name schema and table
 * @param columns the columns that it shows to the model
 * @param key its unique key; empty for a source
 */
public record Ref(String name, List<Column> columns, List<String> key) {
    public Ref {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
    }
}
