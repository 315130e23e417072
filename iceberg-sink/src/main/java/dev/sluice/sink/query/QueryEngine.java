package dev.sluice.sink.query;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.duck.Column;
import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.DuckDbSettings;
import dev.sluice.sink.duck.FileRelation;
import dev.sluice.sink.duck.FileRows;
import dev.sluice.sink.duck.LocalFiles;
import dev.sluice.sink.duck.SqlText;
import dev.sluice.sink.merge.TableFiles;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * Answers one SELECT at a time over the current snapshots of a catalog's tables, each known as {@code schema.table}.
 * Nothing can be written, and no file outside the tables can be read.
 */
public final class QueryEngine {
    private final Catalog catalog;
    private final DuckDbSettings settings;

    public QueryEngine(Catalog catalog, DuckDbSettings settings) {
        this.catalog = catalog;
        this.settings = settings;
    }

    /** Returns all rows; meant for results that fit in memory. */
    public QueryResult query(String sql) {
        List<QueryColumn> columns = new ArrayList<>();
        List<List<@Nullable Object>> rows = new ArrayList<>();
        query(sql, new QueryRows() {
            @Override
            public void columns(List<QueryColumn> found) {
                columns.addAll(found);
            }

            @Override
            public boolean row(List<@Nullable Object> values) {
                return rows.add(values);
            }
        });
        return new QueryResult(columns, rows);
    }

    /**
     * Hands the rows over one by one.
     *
     * @throws SluiceException QUERY_FAILED when the SQL is wrong, not a SELECT, or fails on the data
     */
    public void query(String sql, QueryRows sink) {
        Path folder = settings.spillFolder().resolve(UUID.randomUUID().toString());
        try (LocalFiles local = new LocalFiles(folder);
                DuckDb db = DuckDb.open(settings)) {
            refuseWrites(db, sql);
            Set<Path> folders = showTables(db, local, sql);
            folders.add(settings.spillFolder());
            db.confineTo(folders);
            try (Statement statement = db.statement();
                    ResultSet result = statement.executeQuery(sql)) {
                ResultSetMetaData meta = result.getMetaData();
                List<QueryColumn> columns = new ArrayList<>();
                for (int i = 1; i <= meta.getColumnCount(); i++) {
                    columns.add(new QueryColumn(meta.getColumnName(i), meta.getColumnTypeName(i)));
                }
                sink.columns(List.copyOf(columns));
                boolean more = true;
                while (more && result.next()) {
                    List<@Nullable Object> values = new ArrayList<>();
                    for (int i = 1; i <= columns.size(); i++) {
                        values.add(QueryValues.plain(result.getObject(i)));
                    }
                    more = sink.row(values);
                }
            }
        } catch (SQLException e) {
            throw new SluiceException(ErrorCode.QUERY_FAILED, "Cannot run the query: " + e.getMessage(), e);
        }
    }

    private static void refuseWrites(DuckDb db, String sql) throws SQLException {
        String verdict = db.rows(
                        "SELECT CASE WHEN j ->> 'error' = 'true' THEN j ->> 'error_type' || ': ' || (j ->> 'error_message') END FROM (SELECT json_serialize_sql(%s) AS j)"
                                .formatted(SqlText.literal(sql)),
                        row -> String.valueOf(row.getString(1)))
                .get(0);
        if (verdict.startsWith("not implemented")) {
            throw new SluiceException(
                    ErrorCode.QUERY_FAILED,
                    "Cannot run the query: tables can only be read here, expected a SELECT, found "
                            + sql.strip().lines().findFirst().orElse("nothing"));
        }
    }

    /** Makes a view of every table whose name is in the SQL; returns the folders of their files. */
    private Set<Path> showTables(DuckDb db, LocalFiles local, String sql) throws SQLException {
        String lower = sql.toLowerCase(Locale.ROOT);
        Set<Path> folders = new HashSet<>();
        int number = 0;
        for (Namespace namespace : namespaces()) {
            for (TableIdentifier identifier : catalog.listTables(namespace)) {
                if (lower.contains(identifier.name().toLowerCase(Locale.ROOT))) {
                    show(db, local, identifier, "sluice_table_" + number++, folders);
                }
            }
        }
        return folders;
    }

    private List<Namespace> namespaces() {
        return catalog instanceof SupportsNamespaces namespaces ? namespaces.listNamespaces() : List.of();
    }

    private void show(DuckDb db, LocalFiles local, TableIdentifier identifier, String name, Set<Path> folders)
            throws SQLException {
        Table table = catalog.loadTable(identifier);
        List<Column> columns = table.schema().columns().stream()
                .map(field -> new Column(field.name(), field.type()))
                .toList();
        List<FileRows> files = TableFiles.current(table).rows();
        for (FileRows file : files) {
            Path parent = local.read(table.io(), file.location()).getParent();
            if (parent != null) {
                folders.add(parent);
            }
        }
        FileRelation rows = FileRelation.create(db, local, table.io(), name, table.schema(), columns, files);
        String schema = identifier.namespace().toString();
        db.execute("CREATE SCHEMA IF NOT EXISTS " + SqlText.name(schema));
        db.execute("CREATE VIEW %s.%s AS %s"
                .formatted(SqlText.name(schema), SqlText.name(identifier.name()), rows.select()));
    }
}
