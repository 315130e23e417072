package dev.sluice.sink.trino;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.query.QueryColumn;
import dev.sluice.sink.query.QueryRows;
import io.trino.jdbc.QueryStats;
import io.trino.jdbc.TrinoDriver;
import io.trino.jdbc.TrinoStatement;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Runs SQL on a Trino cluster as one user. Timestamps are asked for in UTC. */
public final class TrinoClient implements AutoCloseable {
    private final TrinoCluster cluster;
    private final Connection connection;
    private Totals totals = new Totals(0, 0);

    private TrinoClient(TrinoCluster cluster, Connection connection) {
        this.cluster = cluster;
        this.connection = connection;
    }

    /**
     * A client of a cluster. No connection is made before the first statement.
     *
     * @throws SluiceException CONFIG_INVALID for properties that the driver does not take
     */
    public static TrinoClient connect(TrinoCluster cluster) {
        Properties properties = new Properties();
        properties.setProperty("source", "sluice");
        properties.setProperty("timezone", "UTC");
        properties.putAll(cluster.driverProperties());
        properties.setProperty("user", cluster.user());
        try {
            return new TrinoClient(cluster, new TrinoDriver().connect(cluster.url(), properties));
        } catch (SQLException e) {
            throw new SluiceException(
                    ErrorCode.CONFIG_INVALID,
                    "Cannot use the Trino cluster at %s: %s".formatted(cluster.place(), e.getMessage()),
                    e);
        }
    }

    /**
     * Runs one statement to its end; all rows are held in memory.
     *
     * @throws SluiceException QUERY_FAILED when Trino refuses or fails the statement, with its reason; TRINO_REFUSED
     *     when it does not let us in or we do not trust it; PIECE_FAILED when it does not answer
     */
    public TrinoResult run(String sql) {
        AtomicReference<@Nullable QueryStats> stats = new AtomicReference<>();
        try (Statement statement = connection.createStatement()) {
            statement.unwrap(TrinoStatement.class).setProgressMonitor(stats::set);
            if (!statement.execute(sql)) {
                return new TrinoResult(List.of(), List.of(), statement.getLargeUpdateCount());
            }
            try (ResultSet rows = statement.getResultSet()) {
                List<String> columns = new ArrayList<>();
                List<List<@Nullable Object>> values = new ArrayList<>();
                read(rows, new QueryRows() {
                    @Override
                    public void columns(List<QueryColumn> found) {
                        found.forEach(column -> columns.add(column.name()));
                    }

                    @Override
                    public boolean row(List<@Nullable Object> row) {
                        return values.add(row);
                    }
                });
                return new TrinoResult(columns, values, -1);
            }
        } catch (SQLException e) {
            throw TrinoFailures.of(cluster, e);
        } finally {
            count(stats.get());
        }
    }

    /**
     * What statements have read.
     *
     * @param bytes of storage
     */
    public record Totals(long rows, long bytes) {}

    /** What all statements of {@link #run} have read until now, by the statistics that Trino gives with its answers. */
    public Totals totals() {
        return totals;
    }

    private void count(@Nullable QueryStats stats) {
        if (stats != null) {
            totals = new Totals(
                    totals.rows() + stats.getProcessedRows(), totals.bytes() + stats.getPhysicalInputBytes());
        }
    }

    /**
     * Hands the rows of one query over, one by one, and ends it when no more are wanted. The connection can only read:
     * Trino refuses a statement that would change a table.
     *
     * @throws SluiceException as {@link #run(String)}
     */
    public void query(String sql, QueryRows sink) {
        try {
            // Without autocommit the Iceberg connector takes no writes, and a read-only transaction says why.
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(sql)) {
                read(rows, sink);
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
                connection.setReadOnly(false);
            }
        } catch (SQLException e) {
            throw TrinoFailures.of(cluster, e);
        }
    }

    private static void read(ResultSet source, QueryRows sink) throws SQLException {
        ResultSetMetaData shape = source.getMetaData();
        List<QueryColumn> columns = new ArrayList<>();
        for (int i = 1; i <= shape.getColumnCount(); i++) {
            columns.add(new QueryColumn(shape.getColumnLabel(i), shape.getColumnTypeName(i)));
        }
        sink.columns(columns);
        boolean more = true;
        while (more && source.next()) {
            List<@Nullable Object> row = new ArrayList<>(columns.size());
            for (int i = 1; i <= columns.size(); i++) {
                row.add(TrinoValues.plain(source, i, shape.getColumnType(i)));
            }
            more = sink.row(row);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw TrinoFailures.of(cluster, e);
        }
    }
}
