package dev.sluice.sink.model;

import java.util.List;

/**
 * A table that models read and none makes. A declared column that the table does not have yet reads as null; a column
 * that is not declared cannot be read.
 *
 * @param name schema and table, for example {@code bronze.orders}
 */
public record Source(String name, String description, List<ModelColumn> columns) {
    public Source {
        columns = List.copyOf(columns);
    }
}
