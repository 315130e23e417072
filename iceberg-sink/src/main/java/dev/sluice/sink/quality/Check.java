package dev.sluice.sink.quality;

import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** What a quality test looks at. */
public sealed interface Check {

    /**
     * Every row by itself.
     *
     * @param condition SQL over the table's columns; a row fails when it is false, not when it is null
     */
    record Row(String condition) implements Check {}

    /** No two rows have the same values in the columns; rows with a null in one of them do not count. */
    record Unique(List<String> columns) implements Check {
        public Unique {
            columns = List.copyOf(columns);
        }
    }

    /** Every value of a column that is not null is in a column of a table. */
    record Relationship(String column, String table, String field) implements Check {}

    /** The newest value of a timestamp column is not older than an age. */
    record Freshness(String column, Duration maxAge) implements Check {}

    /**
     * How many rows the table has.
     *
     * @param maxDrop largest part of the mean of the trailing runs that may be missing, 0.2 for a fifth
     * @param maxGrowth largest part of that mean that may be added
     * @param runs how many trailing runs make the mean
     */
    record RowCount(OptionalLong min, OptionalLong max, OptionalDouble maxDrop, OptionalDouble maxGrowth, int runs)
            implements Check {}

    /**
     * A figure of the rows that a run brings is not far from the same figure of the runs before.
     *
     * @param maxDeviation in standard deviations of the trailing runs
     * @param runs how many trailing runs are compared with
     * @param minRuns with fewer runs than this nothing is compared yet
     */
    record Distribution(String column, Measure measure, double maxDeviation, int runs, int minRuns) implements Check {}

    /**
     * A query that must return no row.
     *
     * @param sql with each ref replaced by {@link AuditScope#whole}
     * @param tables the tables that it reads
     * @param onRequest whether it is left out of the runs, for it reads too much, and run on request only
     */
    record Query(String sql, List<String> tables, boolean onRequest) implements Check {
        public Query {
            tables = List.copyOf(tables);
        }
    }

    /** A figure of a column. */
    enum Measure {
        MEAN,
        NULL_FRACTION,
        ROWS
    }
}
