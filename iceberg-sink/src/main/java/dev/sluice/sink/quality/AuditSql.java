package dev.sluice.sink.quality;

import dev.sluice.sink.duck.DuckDb;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The engine that runs the SQL of tests. */
public interface AuditSql {
    /** The numbers in the one row that a query returns. */
    List<Long> numbers(String sql) throws SQLException;

    /** The one figure that a query returns; empty for null. */
    Optional<Double> figure(String sql) throws SQLException;

    /** The one point in time that a query returns; empty for null. */
    Optional<Instant> time(String sql) throws SQLException;

    /** The one number that a query returns. */
    default long number(String sql) throws SQLException {
        return numbers(sql).get(0);
    }

    /** Runs tests in DuckDB. */
    static AuditSql of(DuckDb db) {
        return new AuditSql() {
            @Override
            public List<Long> numbers(String sql) throws SQLException {
                return db.rows(sql, row -> {
                            List<Long> numbers = new ArrayList<>();
                            for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                                numbers.add(row.getLong(i));
                            }
                            return numbers;
                        })
                        .get(0);
            }

            @Override
            public Optional<Double> figure(String sql) throws SQLException {
                return db.rows(sql, row -> Optional.ofNullable((Double) row.getObject(1)))
                        .get(0);
            }

            @Override
            public Optional<Instant> time(String sql) throws SQLException {
                return db.rows(sql, row -> Optional.ofNullable(row.getObject(1, OffsetDateTime.class)))
                        .get(0)
                        .map(OffsetDateTime::toInstant);
            }
        };
    }
}
