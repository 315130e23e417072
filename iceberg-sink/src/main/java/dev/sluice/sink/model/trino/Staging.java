package dev.sluice.sink.model.trino;

import dev.sluice.sink.duck.SqlText;
import java.util.ArrayList;
import java.util.List;

/** The tables of one attempt, in a schema of their own, which go when the attempt is over. */
final class Staging implements AutoCloseable {
    private final TrinoSession session;
    private final StagedNames names;
    private final String attemptId;
    private final List<String> made = new ArrayList<>();

    Staging(TrinoSession session, StagedNames names, String attemptId) {
        this.session = session;
        this.names = names;
        this.attemptId = attemptId;
    }

    /** Makes a table of a query's rows; returns how many. */
    long create(String table, String query) {
        String path = path(table);
        made.add(path);
        return session.execute("CREATE TABLE %s AS %s".formatted(path, query));
    }

    /** The quoted path of one of the tables. */
    String path(String table) {
        return SqlText.name(StagedNames.SCHEMA) + "." + SqlText.name(names.of(attemptId, table));
    }

    @Override
    public void close() {
        made.forEach(path -> session.execute("DROP TABLE IF EXISTS " + path));
    }
}
