package dev.sluice.sink.duck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBReadableVector;
import org.duckdb.DuckDBScalarFunctionBuilder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An in-memory DuckDB for one run: an instance of its own, or a session in a {@link KeptInstance}. Time zone UTC;
 * memory, threads and spill folder from the settings; extensions are never fetched. Used by one thread.
 */
public final class DuckDb implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DuckDb.class);
    private static final Lock DRIVER = new ReentrantLock();

    private final DuckDBConnection connection;
    private final Cancellation cancellation;
    private final Optional<Lease> lease;
    private Set<Path> confines;
    private volatile @Nullable Statement running;
    private volatile boolean cancelled;

    private DuckDb(DuckDBConnection connection, Cancellation cancellation, Optional<Lease> lease, Set<Path> confines) {
        this.connection = connection;
        this.cancellation = cancellation;
        this.lease = lease;
        this.confines = confines;
    }

    /** Takes a session's place in a kept instance back. */
    @FunctionalInterface
    interface Lease {
        /**
         * Ends the session's use of the instance.
         *
         * @param tidy whether nothing of the session is left in it
         */
        void giveBack(boolean tidy);
    }

    /** Reads the row that the cursor is on. */
    @FunctionalInterface
    public interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Says yes or no to a pair of numbers; called by several threads at once. */
    @FunctionalInterface
    public interface LongPairPredicate {
        boolean test(long left, long right);
    }

    /** Work inside a transaction. */
    @FunctionalInterface
    public interface Work {
        void run() throws SQLException;
    }

    public static DuckDb open(DuckDbSettings settings) throws SQLException {
        return open(settings, new Cancellation());
    }

    /** Opens an instance whose work ends when the cancellation is requested. */
    public static DuckDb open(DuckDbSettings settings, Cancellation cancellation) throws SQLException {
        try {
            Files.createDirectories(settings.spillFolder());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        DuckDBConnection connection = connect();
        DuckDb instance = new DuckDb(connection, cancellation, Optional.empty(), Set.of());
        cancellation.watch(instance);
        try {
            instance.execute("SET GLOBAL TimeZone = 'UTC'");
            instance.execute("SET memory_limit = " + SqlText.literal(settings.memoryLimit()));
            instance.execute("SET threads = " + settings.threads());
            instance.execute("SET temp_directory = "
                    + SqlText.literal(settings.spillFolder().toAbsolutePath().toString()));
            // Trino's name, so that a model can read a record's key on both; null where Trino puts a replacement
            // character.
            instance.execute("CREATE MACRO from_utf8(bytes) AS TRY(decode(bytes))");
            instance.execute("SET autoinstall_known_extensions = false");
            instance.execute("SET autoload_known_extensions = false");
            return instance;
        } catch (SQLException e) {
            instance.close();
            throw e;
        }
    }

    private static DuckDBConnection connect() throws SQLException {
        DRIVER.lock();
        try {
            return DriverManager.getConnection("jdbc:duckdb:").unwrap(DuckDBConnection.class);
        } finally {
            DRIVER.unlock();
        }
    }

    /** A session of this instance, which is confined, for one run. */
    DuckDb session(Cancellation by, Lease of) throws SQLException {
        DuckDb session =
                new DuckDb(connection.duplicate().unwrap(DuckDBConnection.class), by, Optional.of(of), confines);
        by.watch(session);
        return session;
    }

    /**
     * From here on no file outside the folders can be read or written, and no setting changed, in this instance. A
     * session is confined from its beginning.
     *
     * @throws OutsideFolders when a session needs one that its instance does not have
     */
    public void confineTo(Collection<Path> folders) throws SQLException {
        if (lease.isPresent()) {
            OutsideFolders.check(folders, confines);
            return;
        }
        confines = Set.copyOf(folders);
        String allowed = SqlText.list(
                folders, folder -> SqlText.literal(folder.toAbsolutePath().normalize() + "/"));
        execute("SET allowed_directories = [" + allowed + "]");
        execute("SET enable_external_access = false");
        execute("SET lock_configuration = true");
    }

    /** Runs one statement. Returns the number of rows it changed, 0 when it has none. */
    public long execute(String sql) throws SQLException {
        try (Statement statement = begin()) {
            return statement.execute(sql) ? 0 : Math.max(0, statement.getLargeUpdateCount());
        }
    }

    private Statement begin() throws SQLException {
        Statement statement = connection.createStatement();
        running = statement;
        if (cancelled) {
            statement.close();
            throw new SQLException("cancelled");
        }
        return statement;
    }

    /**
     * Ends the statement that is running, which then throws, and every later one. May be called by any thread; to
     * interrupt the thread that runs it does nothing.
     */
    void cancel() {
        cancelled = true;
        Statement statement = running;
        if (statement != null) {
            try {
                statement.cancel();
            } catch (SQLException e) {
                // It has just ended, and the next one does not begin.
                cancelled = true;
            }
        }
    }

    /** All rows of a query, each mapped by the reader; the result is closed on return. */
    public <T> List<T> rows(String sql, RowReader<T> reader) throws SQLException {
        List<T> rows = new ArrayList<>();
        each(sql, (RowVisitor<SQLException>) row -> rows.add(reader.read(row)));
        return rows;
    }

    /** Takes the row that the cursor is on. */
    @FunctionalInterface
    public interface RowVisitor<E extends Exception> {
        void visit(ResultSet row) throws SQLException, E;
    }

    /** Passes over all rows of a query; the whole result is in memory, and closed on return. */
    public <E extends Exception> void each(String sql, RowVisitor<E> visitor) throws SQLException, E {
        try (Statement statement = begin();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                visitor.visit(result);
            }
        }
    }

    /** The one number that a query returns. */
    public long number(String sql) throws SQLException {
        return rows(sql, row -> row.getLong(1)).get(0);
    }

    /** Commits when the work returns, rolls back when it throws. */
    public void transaction(Work work) throws SQLException {
        execute("BEGIN TRANSACTION");
        boolean done = false;
        try {
            work.run();
            execute("COMMIT");
            done = true;
        } finally {
            if (!done) {
                execute("ROLLBACK");
            }
        }
    }

    /** Appends to a temporary table; close it before the next statement. */
    public DuckDBAppender appender(String temporaryTable) throws SQLException {
        return connection.createAppender("temp", "main", temporaryTable);
    }

    /**
     * Makes a function of two BIGINTs, which are never null, known to the SQL of this instance, in place of one of that
     * name. A kept instance knows it until then.
     */
    public void predicate(String name, LongPairPredicate predicate) throws SQLException {
        try (DuckDBScalarFunctionBuilder function = DuckDBFunctions.scalarFunction()) {
            function.withName(name)
                    .withParameters(DuckDBColumnType.BIGINT, DuckDBColumnType.BIGINT)
                    .withReturnType(DuckDBColumnType.BOOLEAN)
                    .withVectorizedFunction((input, output) -> {
                        DuckDBReadableVector left = input.vector(0);
                        DuckDBReadableVector right = input.vector(1);
                        long rows = input.rowCount();
                        for (long row = 0; row < rows; row++) {
                            output.setBoolean(row, predicate.test(left.getLong(row), right.getLong(row)));
                        }
                    })
                    .register(connection);
        }
    }

    /** A statement for callers that need the result's metadata. */
    public Statement statement() throws SQLException {
        return connection.createStatement();
    }

    /** Removes from the instance what outlives a session: attached databases, and schemas with their views. */
    private boolean tidy() {
        try {
            for (String database : rows(
                    "SELECT database_name FROM duckdb_databases() WHERE NOT internal AND database_name <> current_database()",
                    row -> row.getString(1))) {
                execute("DETACH " + SqlText.name(database));
            }
            for (String schema : rows(
                    "SELECT schema_name FROM duckdb_schemas() WHERE NOT internal AND database_name = current_database()",
                    row -> row.getString(1))) {
                execute("DROP SCHEMA %s CASCADE".formatted(SqlText.name(schema)));
            }
            return true;
        } catch (SQLException e) {
            LOG.debug("Session was not tidied up", e);
            return false;
        }
    }

    @Override
    public void close() {
        cancellation.forget(this);
        boolean tidy = lease.isEmpty() || tidy();
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException("DuckDB instance did not close", e);
        } finally {
            lease.ifPresent(place -> place.giveBack(tidy));
        }
    }
}
