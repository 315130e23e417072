package dev.sluice.sink.query;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All rows of a query.
 *
 * @param rows values in column order: boxed numbers, {@code String}, {@code Boolean}, {@code BigDecimal},
 *     {@code LocalDate}, {@code OffsetDateTime}, {@code byte[]}, lists and maps of these, or null
 */
public record QueryResult(List<QueryColumn> columns, List<List<@Nullable Object>> rows) {}
