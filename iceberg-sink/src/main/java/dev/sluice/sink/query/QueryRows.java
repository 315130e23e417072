package dev.sluice.sink.query;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the rows of a query one by one. */
public interface QueryRows {
    /** Called once, before the first row. */
    void columns(List<QueryColumn> columns);

    /**
     * Takes one row, with values as {@link QueryResult} has them.
     *
     * @return whether the caller wants more rows
     */
    boolean row(List<@Nullable Object> values);
}
