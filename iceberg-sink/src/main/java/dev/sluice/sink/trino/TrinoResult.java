package dev.sluice.sink.trino;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a statement answered.
 *
 * @param columns the columns' names, in order; empty for a statement that changes rows
 * @param rows one value per column: {@link Boolean}, {@link Number}, {@link String}, {@code byte[]},
 *     {@link java.time.LocalDate}, {@link java.time.LocalDateTime}, {@link java.time.OffsetDateTime}, {@link List} for
 *     an array, {@link java.util.Map} for a map or a row, what the driver gives for the rest
 * @param changed the rows that an INSERT, UPDATE, DELETE or MERGE changed; -1 for a query
 */
public record TrinoResult(List<String> columns, List<List<@Nullable Object>> rows, long changed) {
    public TrinoResult {
        columns = List.copyOf(columns);
    }

    /** The values of the only column, or of the first. */
    public List<@Nullable Object> first() {
        return rows.stream().<@Nullable Object>map(row -> row.get(0)).toList();
    }
}
