package dev.sluice.sink.query;

/**
 * A column of a result.
 *
 * @param type as DuckDB names it, for example {@code BIGINT}
 */
public record QueryColumn(String name, String type) {}
