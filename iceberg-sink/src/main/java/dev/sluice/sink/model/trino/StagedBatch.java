package dev.sluice.sink.model.trino;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.duck.SqlText;
import dev.sluice.sink.model.Model;
import dev.sluice.sink.model.Pinned;
import dev.sluice.sink.quality.RowAudit;
import dev.sluice.sink.quality.TestResult;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows that a model's SELECT returns, staged: those that fail a test are brought into the table of rejected rows,
 * and the keys that they delete into the table of deleted keys.
 */
final class StagedBatch {
    private static final String BATCH = "batch";

    private final TrinoSession session;
    private final Pinned pinned;
    private final Model model;
    private final String path;
    private final long rows;
    private final RowAudit audit;
    private final List<TestResult> results;
    private final long rejected;
    private final long buried;

    StagedBatch(TrinoSession session, Staging staging, Pinned pinned, TrinoInputs inputs) throws SQLException {
        this.session = session;
        this.pinned = pinned;
        this.model = pinned.model();
        this.path = staging.path(BATCH);
        this.rows = staging.create(BATCH, select(inputs));
        this.audit = new RowAudit(session, model.name(), model.tests(), exempt());
        this.results = audit.count(path);
        boolean rejects = results.stream().anyMatch(result -> result.status() == TestResult.Status.ERROR);
        this.rejected =
                rejects ? session.number("SELECT count(*) FROM %s WHERE %s".formatted(path, audit.failed())) : 0;
        if (rejected > 0) {
            RejectedRows.write(session, pinned, path, audit);
        }
        this.buried = pinned.companion().isPresent() ? bury() : 0;
        refuseNullKeys(live(), "unique_key %s has nulls, expected none, found %d");
    }

    /** How many rows there are. */
    long rows() {
        return rows;
    }

    long rejected() {
        return rejected;
    }

    /** How many keys had a row, and are deleted for good. */
    long buried() {
        return buried;
    }

    /** How the tests of rows came out. */
    List<TestResult> results() {
        return results;
    }

    /** A SELECT of the rows that are to be merged. */
    String live() {
        String rest = "SELECT %s FROM %s WHERE COALESCE(%s, FALSE) = FALSE AND COALESCE(%s, FALSE) = FALSE"
                .formatted(columns(), path, exempt(), rejected > 0 ? TrinoSql.of(audit.failed()) : "FALSE");
        return pinned.companion().isPresent() ? TrinoInputs.without(rest, known(), model.uniqueKey()) : rest;
    }

    /** SELECTs of keys that must not stay without a row in {@link #live}. */
    List<String> deletedKeys() {
        List<String> gone = new ArrayList<>();
        String keys = keys();
        if (model.deleteWhen().isPresent()) {
            gone.add("SELECT %s FROM %s WHERE %s".formatted(keys, path, exempt()));
        }
        if (rejected > 0 && model.replacesByKey()) {
            gone.add("SELECT %s FROM %s WHERE %s".formatted(keys, path, TrinoSql.of(audit.failed())));
        }
        return gone;
    }

    private String select(TrinoInputs inputs) {
        String typed = SqlText.list(
                model.columns(),
                column -> "CAST(%1$s AS %2$s) AS %1$s"
                        .formatted(SqlText.name(column.name()), TrinoTypes.of(column.type())));
        String flag =
                model.deleteWhen().map(column -> ", " + SqlText.name(column)).orElse("");
        return "%s SELECT %s%s FROM (\n%s\n)"
                .formatted(inputs.with(), typed, flag, TrinoSql.of(model.sql(), inputs.names()));
    }

    /** Adds the batch's deleted keys to those known; returns how many keys have a row nevertheless. */
    private long bury() {
        String flagged = "SELECT %s FROM %s WHERE %s".formatted(keys(), path, exempt());
        refuseNullKeys(flagged, "unique_key %s of a row that deletes is null, expected the key to delete, found %d");
        String fresh =
                TrinoInputs.without("SELECT DISTINCT * FROM (%s)".formatted(flagged), known(), model.uniqueKey());
        if (session.number("SELECT count(*) FROM (%s)".formatted(fresh)) > 0) {
            session.execute("INSERT INTO %s (%s) %s".formatted(SqlText.path(name()), keys(), fresh));
        }
        String unflagged = "SELECT %s FROM %s WHERE COALESCE(%s, FALSE) = FALSE".formatted(keys(), path, exempt());
        return session.number("SELECT count(*) FROM (SELECT DISTINCT * FROM (%s))"
                .formatted(TrinoInputs.within(unflagged, known(), model.uniqueKey())));
    }

    private void refuseNullKeys(String rows, String problem) {
        long found = session.number("SELECT count(*) FROM (%s) WHERE %s"
                .formatted(rows, SqlText.join(model.uniqueKey(), " OR ", key -> SqlText.name(key) + " IS NULL")));
        if (found > 0) {
            throw new SluiceException(
                    ErrorCode.MODEL_FAILED,
                    "[%s] Cannot merge rows: %s".formatted(model.name(), problem.formatted(model.uniqueKey(), found)));
        }
    }

    /** The keys that are deleted, also by runs that are committed meanwhile. */
    private String known() {
        return "SELECT %s FROM %s".formatted(keys(), SqlText.path(name()));
    }

    private String name() {
        return model.name() + Model.DELETED;
    }

    private String keys() {
        return SqlText.list(model.uniqueKey(), SqlText::name);
    }

    private String columns() {
        return SqlText.list(model.columns(), column -> SqlText.name(column.name()));
    }

    /** Which rows are no rows of the table, but deletions. */
    private String exempt() {
        return model.deleteWhen().map(SqlText::name).orElse("FALSE");
    }
}
