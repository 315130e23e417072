package dev.sluice.sink.quality;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The tables as a commit that is being audited would leave them, as SQL. */
public interface AuditScope {
    /** The name under which {@link Check.Query} reads a table. */
    static String whole(String table) {
        int dot = table.indexOf('.');
        return "\"audited %s\".\"%s\"".formatted(table.substring(0, dot), table.substring(dot + 1));
    }

    /** A SELECT of the rows that the commit writes. */
    String written();

    /** A SELECT of all rows of the audited table as the commit would leave them. */
    String after() throws SQLException;

    /** A SELECT of all rows of another table. */
    String other(String table) throws SQLException;

    /** A SELECT of some rows of another table that are read anyway, if there are such. */
    Optional<String> knownOf(String table);

    /** Makes {@link #whole} of a table readable. */
    void show(String table) throws SQLException;

    /** The columns of which the commit itself allows no duplicate. */
    List<String> key();

    /** Rows of the audited table as the commit would leave it. */
    long rowsAfter();

    Instant now();
}
