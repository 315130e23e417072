package dev.sluice.embedded.trino;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import io.trino.jdbc.TrinoDriver;
import java.net.URI;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Runs SQL on a Trino server as one user. Timestamps are asked for in UTC. */
public final class TrinoClient implements AutoCloseable {
    private final URI server;
    private final Connection connection;

    private TrinoClient(URI server, Connection connection) {
        this.server = server;
        this.connection = connection;
    }

    /**
     * A client of the catalog {@value TrinoServer#CATALOG}. No connection is made before the first statement.
     *
     * @param server {@code http://<host>:<port>}, or {@code https:}
     * @param user a name that the access rules know
     */
    public static TrinoClient connect(URI server, String user) {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("source", "sluice");
        properties.setProperty("timezone", "UTC");
        if ("https".equals(server.getScheme())) {
            properties.setProperty("SSL", "true");
        }
        String url = "jdbc:trino://" + server.getAuthority() + "/" + TrinoServer.CATALOG;
        try {
            return new TrinoClient(server, new TrinoDriver().connect(url, properties));
        } catch (SQLException e) {
            throw new SluiceException(
                    ErrorCode.CONFIG_INVALID,
                    "Cannot use the Trino server %s: %s".formatted(server, e.getMessage()),
                    e);
        }
    }

    /**
     * Runs one statement to its end; all rows are held in memory.
     *
     * @throws SluiceException QUERY_FAILED when Trino refuses or fails the statement, with its reason; PIECE_FAILED
     *     when it does not answer
     */
    public TrinoResult run(String sql) {
        try (Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return new TrinoResult(List.of(), List.of(), statement.getLargeUpdateCount());
            }
            try (ResultSet rows = statement.getResultSet()) {
                return read(rows);
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private static TrinoResult read(ResultSet source) throws SQLException {
        ResultSetMetaData shape = source.getMetaData();
        List<String> columns = new ArrayList<>();
        for (int i = 1; i <= shape.getColumnCount(); i++) {
            columns.add(shape.getColumnLabel(i));
        }
        List<List<@Nullable Object>> rows = new ArrayList<>();
        while (source.next()) {
            List<@Nullable Object> row = new ArrayList<>(columns.size());
            for (int i = 1; i <= columns.size(); i++) {
                row.add(value(source, i, shape.getColumnType(i)));
            }
            rows.add(row);
        }
        return new TrinoResult(columns, rows, -1);
    }

    private static @Nullable Object value(ResultSet row, int column, int type) throws SQLException {
        return switch (type) {
            case Types.DATE -> row.getObject(column, LocalDate.class);
            case Types.TIMESTAMP -> row.getObject(column, LocalDateTime.class);
            case Types.TIMESTAMP_WITH_TIMEZONE -> row.getObject(column, ZonedDateTime.class);
            case Types.ARRAY -> list(row.getArray(column));
            default -> row.getObject(column);
        };
    }

    private static @Nullable List<@Nullable Object> list(@Nullable Array array) throws SQLException {
        return array == null ? null : Arrays.asList((@Nullable Object[]) array.getArray());
    }

    /** Trino's own errors carry its error code, which is never 0; the driver's carry a state of its own. */
    private SluiceException failed(SQLException failure) {
        return failure.getErrorCode() == 0
                ? new SluiceException(
                        ErrorCode.PIECE_FAILED,
                        "Cannot ask the Trino server %s: it did not answer (%s), expected a running server"
                                .formatted(server, failure.getMessage()),
                        failure)
                : new SluiceException(ErrorCode.QUERY_FAILED, "Cannot run the query: " + failure.getMessage(), failure);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failed(e);
        }
    }
}
