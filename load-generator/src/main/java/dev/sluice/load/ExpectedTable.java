package dev.sluice.load;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rows that a table must have, in the order of their keys. Values are {@link String}, {@link Integer},
 * {@link Long}, {@link java.time.LocalDate} or null; timestamps are microseconds since the epoch as {@link Long}.
 */
public final class ExpectedTable {
    private final String name;
    private final List<String> columns;
    private final Supplier<Stream<@Nullable Object[]>> rows;

    ExpectedTable(String name, List<String> columns, Supplier<Stream<@Nullable Object[]>> rows) {
        this.name = name;
        this.columns = List.copyOf(columns);
        this.rows = rows;
    }

    /** For example {@code silver.orders}. */
    public String name() {
        return name;
    }

    public List<String> columns() {
        return columns;
    }

    /** The rows, one after the other, so that a large table is never held twice. Can be called again. */
    public Stream<Map<String, @Nullable Object>> rows() {
        return values().map(this::named);
    }

    /** The rows as plain values in the order of {@link #columns()}. */
    Stream<@Nullable Object[]> values() {
        return rows.get();
    }

    private Map<String, @Nullable Object> named(@Nullable Object[] values) {
        if (values.length != columns.size()) {
            throw new IllegalStateException(
                    name + " has columns " + columns + ", found row " + Arrays.toString(values));
        }
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            row.put(columns.get(i), values[i]);
        }
        return row;
    }
}
