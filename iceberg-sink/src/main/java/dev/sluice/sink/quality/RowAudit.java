package dev.sluice.sink.quality;

import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.SqlText;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Tests every row of a batch and takes those that fail out of it. */
public final class RowAudit {
    /** The rows that were taken out, with the batch's columns, {@link #ID} and {@link #REASON}. */
    public static final String REJECTED = "sluice_rejected";
    /** A hash of a rejected row and its reason: the same row is rejected once, however often it is read. */
    public static final String ID = "_rejected_id";
    /** The names of the tests that the row failed. */
    public static final String REASON = "_rejected_reason";

    /** When a rejected row was first kept out. */
    public static final String AT = "_rejected_at";

    private final AuditSql sql;
    private final String model;
    private final List<QualityTest> tests;
    private final String exempt;

    /** @param exempt SQL over a row; rows for which it is true are not tested */
    public RowAudit(AuditSql sql, String model, List<QualityTest> tests, String exempt) {
        this.sql = sql;
        this.model = model;
        this.tests = tests.stream().filter(QualityTest::isOfRows).toList();
        this.exempt = exempt;
    }

    /** Counts the rows of a relation that fail each test. */
    public List<TestResult> count(String relation) throws SQLException {
        if (tests.isEmpty()) {
            return List.of();
        }
        String counts = SqlText.list(tests, test -> "count(*) FILTER (WHERE %s)".formatted(fails(test)));
        List<Long> failures = sql.numbers("SELECT %s FROM %s".formatted(counts, relation));
        List<TestResult> results = new ArrayList<>();
        for (int i = 0; i < tests.size(); i++) {
            results.add(result(tests.get(i), failures.get(i)));
        }
        return results;
    }

    /** Whether a row fails a test of severity error: SQL over a row. */
    public String failed() {
        return errors().isEmpty() ? "FALSE" : SqlText.join(errors(), " OR ", this::fails);
    }

    /** The {@link #REASON} of a row: SQL over a row. */
    public String reasons() {
        String reasons = SqlText.list(
                errors(), test -> "CASE WHEN %s THEN %s END".formatted(fails(test), SqlText.literal(test.name())));
        return "concat_ws(', ', %s)".formatted(reasons);
    }

    /**
     * Moves the rows of a batch in DuckDB that fail a test of severity error to {@link #REJECTED}; returns how many.
     */
    public long reject(DuckDb db, String batch) throws SQLException {
        db.execute(
                "CREATE TEMP TABLE %s AS SELECT sha256(CAST(r AS VARCHAR)) AS %s, r.* FROM (SELECT *, %s AS %s FROM %s WHERE %s) r"
                        .formatted(REJECTED, ID, reasons(), REASON, batch, failed()));
        return db.execute("DELETE FROM %s WHERE %s".formatted(batch, failed()));
    }

    private List<QualityTest> errors() {
        return tests.stream().filter(test -> test.severity() == Severity.ERROR).toList();
    }

    private TestResult result(QualityTest test, long failures) {
        return TestResult.of(
                model,
                test,
                failures,
                OptionalDouble.empty(),
                "expected of every row, found %d without".formatted(failures));
    }

    private String fails(QualityTest test) {
        if (!(test.check() instanceof Check.Row row)) {
            throw new IllegalArgumentException(test.name());
        }
        return "((%s) = FALSE AND COALESCE((%s), FALSE) = FALSE)".formatted(row.condition(), exempt);
    }
}
