package dev.sluice.sink.model.trino;

import dev.sluice.error.SluiceException;
import dev.sluice.sink.duck.SqlText;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tables of one attempt, in a schema of their own, which go when the attempt is over. */
final class Staging implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Staging.class);

    private final TrinoSession session;
    private final String prefix;
    private final List<String> made = new ArrayList<>();

    Staging(TrinoSession session, StagedNames names, String attemptId) {
        this.session = session;
        this.prefix = names.prefix(attemptId);
    }

    /** Makes a table of a query's rows; returns how many. */
    long create(String table, String query) {
        String path = path(table);
        made.add(path);
        return session.execute("CREATE TABLE %s AS %s".formatted(path, query));
    }

    /** The quoted path of one of the tables. */
    String path(String table) {
        return SqlText.name(StagedNames.SCHEMA) + "." + SqlText.name(prefix + table);
    }

    @Override
    public void close() {
        for (String path : made) {
            try {
                session.execute("DROP TABLE IF EXISTS " + path);
            } catch (SluiceException e) {
                // What the attempt did is done; the table is swept later.
                LOG.warn("Left a staged table: table={}", path, e);
            }
        }
    }
}
