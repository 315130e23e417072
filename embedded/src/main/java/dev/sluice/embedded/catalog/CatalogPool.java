package dev.sluice.embedded.catalog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.jdbc.JdbcClientPool;
import org.apache.iceberg.jdbc.UncheckedSQLException;

/**
 * The catalog's connections to its SQLite file, and what Iceberg's JDBC catalog lacks: several of its operations in one
 * database transaction. Within {@link #inTransaction}, everything the catalog does on the same thread goes through one
 * connection that commits once, at the end.
 */
final class CatalogPool extends JdbcClientPool {
    private static final int CONNECTIONS = 8;

    @SuppressWarnings("ThreadLocalUsage") // a transaction belongs to a thread and to this database
    private final ThreadLocal<Connection> bound = new ThreadLocal<>();

    CatalogPool(String url, Map<String, String> properties) {
        super(CONNECTIONS, url, properties);
    }

    @Override
    public <R> R run(Action<R, Connection, SQLException> action, boolean retry)
            throws SQLException, InterruptedException {
        Connection connection = bound.get();
        return connection == null ? super.run(action, retry) : action.run(connection);
    }

    /**
     * Runs work as one transaction. Writers wait for each other here, so what the work reads is still so when it
     * commits.
     *
     * @throws CommitStateUnknownException when the database failed at the commit itself; any other exception means that
     *     nothing was changed
     */
    void inTransaction(Runnable work) {
        // A connection of its own: whatever becomes of the transaction ends with it, and none is handed on half-open.
        try (Connection connection = newClient()) {
            connection.setAutoCommit(false);
            bound.set(connection);
            try {
                work.run();
            } finally {
                bound.remove();
            }
            commit(connection);
        } catch (SQLException e) {
            throw new UncheckedSQLException(e, "Cannot use the catalog's database: %s", e.getMessage());
        }
    }

    private static void commit(Connection connection) {
        try {
            connection.commit();
        } catch (SQLException e) {
            throw new CommitStateUnknownException(e);
        }
    }
}
