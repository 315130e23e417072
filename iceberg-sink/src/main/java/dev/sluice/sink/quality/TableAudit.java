package dev.sluice.sink.quality;

import dev.sluice.sink.duck.SqlText;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Tests a table as a whole, as a commit would leave it. Where the rows that the commit writes can decide a test alone,
 * no others are read.
 */
public final class TableAudit {
    private final AuditSql sql;
    private final String model;
    private final AuditScope scope;
    private final TestHistory history;

    public TableAudit(AuditSql sql, String model, AuditScope scope, TestHistory history) {
        this.sql = sql;
        this.model = model;
        this.scope = scope;
        this.history = history;
    }

    private record Finding(long failures, OptionalDouble value, String message) {
        static Finding of(long failures, String message) {
            return new Finding(failures, OptionalDouble.empty(), message);
        }

        static Finding of(boolean passes, double value, String message) {
            return new Finding(passes ? 0 : 1, OptionalDouble.of(value), message);
        }
    }

    /** Runs the tests that are not of single rows. */
    public List<TestResult> run(List<QualityTest> tests) throws SQLException {
        List<TestResult> results = new ArrayList<>();
        for (QualityTest test : tests) {
            if (!test.isOfRows()) {
                Finding finding = find(test);
                results.add(TestResult.of(model, test, finding.failures(), finding.value(), finding.message()));
            }
        }
        return results;
    }

    private Finding find(QualityTest test) throws SQLException {
        Check check = test.check();
        if (check instanceof Check.Unique unique) {
            return unique(unique);
        } else if (check instanceof Check.Relationship relationship) {
            return relationship(relationship);
        } else if (check instanceof Check.Freshness freshness) {
            return freshness(freshness);
        } else if (check instanceof Check.RowCount count) {
            return rowCount(count);
        } else if (check instanceof Check.Distribution distribution) {
            return distribution(test.name(), distribution);
        } else if (check instanceof Check.Query query) {
            return query(query);
        }
        throw new IllegalArgumentException(test.name());
    }

    private Finding unique(Check.Unique check) throws SQLException {
        if (Set.copyOf(check.columns()).containsAll(scope.key())) {
            return Finding.of(0, "");
        }
        String columns = SqlText.list(check.columns(), SqlText::name);
        // An equality leaves out the nulls.
        String same =
                SqlText.join(check.columns(), " AND ", column -> "w.%1$s = a.%1$s".formatted(SqlText.name(column)));
        long twice = sql.number(
                "SELECT count(*) FROM (SELECT %1$s FROM (%2$s) a WHERE EXISTS (SELECT 1 FROM (%3$s) w WHERE %4$s) GROUP BY %1$s HAVING count(*) > 1)"
                        .formatted(columns, scope.after(), scope.written(), same));
        return Finding.of(twice, "expected each value once, found %d that are there again".formatted(twice));
    }

    private Finding relationship(Check.Relationship check) throws SQLException {
        String values = "SELECT DISTINCT %1$s AS v FROM (%2$s) WHERE %1$s IS NOT NULL"
                .formatted(SqlText.name(check.column()), scope.written());
        Optional<String> known = scope.knownOf(check.table());
        if (known.isPresent()) {
            values = missing(values, known.get(), check.field());
            if (sql.number("SELECT count(*) FROM (%s)".formatted(values)) == 0) {
                return Finding.of(0, "");
            }
        }
        long missing = sql.number(
                "SELECT count(*) FROM (%s)".formatted(missing(values, scope.other(check.table()), check.field())));
        return Finding.of(
                missing,
                "expected every value in %s.%s, found %d that are not there"
                        .formatted(check.table(), check.field(), missing));
    }

    private static String missing(String values, String table, String field) {
        return "SELECT a.v FROM (%s) a WHERE NOT EXISTS (SELECT 1 FROM (SELECT %s AS v FROM (%s)) b WHERE b.v = a.v)"
                .formatted(values, SqlText.name(field), table);
    }

    private Finding freshness(Check.Freshness check) throws SQLException {
        Optional<Duration> age = age(check.column(), scope.written());
        if (age.isEmpty() || age.get().compareTo(check.maxAge()) > 0) {
            age = age(check.column(), scope.after());
        }
        return age.map(found -> Finding.of(
                        found.compareTo(check.maxAge()) <= 0,
                        (double) found.toSeconds(),
                        "expected the newest value at most %s old, found %s".formatted(check.maxAge(), found)))
                .orElse(Finding.of(1, "expected a value at most %s old, found none".formatted(check.maxAge())));
    }

    private Optional<Duration> age(String column, String rows) throws SQLException {
        return sql.time("SELECT CAST(max(%s) AS TIMESTAMP WITH TIME ZONE) FROM (%s)"
                        .formatted(SqlText.name(column), rows))
                .map(newest -> Duration.between(newest, scope.now()));
    }

    private Finding rowCount(Check.RowCount check) {
        long rows = scope.rowsAfter();
        double mean = history.rowCounts(model, check.runs()).stream()
                .mapToLong(Long::longValue)
                .average()
                .orElse((double) rows);
        double least = (double) check.min().orElse(0);
        if (check.maxDrop().isPresent()) {
            least = Math.max(least, mean * (1 - check.maxDrop().getAsDouble()));
        }
        double most = check.max().isPresent() ? (double) check.max().getAsLong() : Double.POSITIVE_INFINITY;
        if (check.maxGrowth().isPresent() && mean > 0) {
            most = Math.min(most, mean * (1 + check.maxGrowth().getAsDouble()));
        }
        return Finding.of(
                rows >= least && rows <= most,
                (double) rows,
                "expected %.0f to %.0f rows, found %d".formatted(least, most, rows));
    }

    private Finding distribution(String name, Check.Distribution check) throws SQLException {
        String column = SqlText.name(check.column());
        String measure = switch (check.measure()) {
            case MEAN -> "avg(CAST(%s AS DOUBLE))".formatted(column);
            case NULL_FRACTION -> "avg(CASE WHEN %s IS NULL THEN 1e0 ELSE 0e0 END)".formatted(column);
            case ROWS -> "CAST(count(*) AS DOUBLE)";
        };
        Optional<Double> value = sql.figure("SELECT %s FROM (%s)".formatted(measure, scope.written()));
        if (value.isEmpty()) {
            return Finding.of(0, "");
        }
        List<Double> before = history.values(model, name, check.runs());
        if (before.size() < check.minRuns()) {
            return Finding.of(true, value.get(), "");
        }
        double mean = before.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        double variance = before.stream()
                .mapToDouble(one -> (one - mean) * (one - mean))
                .average()
                .orElseThrow();
        // Trailing runs that are all alike would make any change infinitely surprising.
        double deviation = Math.max(Math.sqrt(variance), Math.max(Math.abs(mean) / 100, 1e-6));
        double z = Math.abs(value.get() - mean) / deviation;
        return Finding.of(
                z <= check.maxDeviation(),
                value.get(),
                "expected the %s within %.1f standard deviations of %.4g, the mean of %d runs, found %.4g at %.1f"
                        .formatted(
                                check.measure().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                                check.maxDeviation(),
                                mean,
                                before.size(),
                                value.get(),
                                z));
    }

    private Finding query(Check.Query check) throws SQLException {
        for (String table : check.tables()) {
            scope.show(table);
        }
        long rows = sql.number("SELECT count(*) FROM (\n%s\n)".formatted(check.sql()));
        return Finding.of(rows, "expected no row, found %d".formatted(rows));
    }
}
