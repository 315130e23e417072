package dev.sluice.sink.model;

import dev.sluice.sink.duck.Column;
import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.FileRelation;
import dev.sluice.sink.duck.FileRows;
import dev.sluice.sink.duck.LocalFiles;
import dev.sluice.sink.duck.SqlText;
import dev.sluice.sink.merge.Changes;
import dev.sluice.sink.merge.TableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.jspecify.annotations.Nullable;

/** Shows the refs of a model to DuckDB as views of their own names, and counts what that makes it read. */
final class Inputs {
    static final String AFFECTED = "sluice_affected";

    private final DuckDb db;
    private final LocalFiles local;
    private final Set<String> schemas = new HashSet<>();
    private final Set<Path> folders = new HashSet<>();
    private long rows;
    private long bytes;
    private int relations;

    Inputs(DuckDb db, LocalFiles local) {
        this.db = db;
        this.local = local;
    }

    long rows() {
        return rows;
    }

    long bytes() {
        return bytes;
    }

    /** Folders of the files that the views read. */
    Set<Path> folders() {
        return folders;
    }

    /** All live rows of a ref; no rows when it has no table yet. */
    void everything(Ref ref, @Nullable Table table) throws SQLException {
        view(
                ref,
                table == null
                        ? nothing(ref)
                        : relation(ref, table, TableFiles.current(table).rows()).select());
    }

    /** The rows of a ref that were added, each key in its last state. */
    void added(Ref ref, Table table, Changes changes) throws SQLException {
        FileRelation added = relation(ref, table, changes.added());
        if (!changes.rewritten() || ref.key().isEmpty()) {
            view(ref, added.select());
            return;
        }
        FileRelation removed = relation(ref, table, changes.removed());
        String keys = SqlText.list(ref.key(), SqlText::name);
        String matches = SqlText.join(ref.key(), " AND ", key -> "a.%1$s = r.%1$s".formatted(SqlText.name(key)));
        view(
                ref,
                "SELECT %s FROM (SELECT *, row_number() OVER (PARTITION BY %s ORDER BY %s DESC) AS _sluice_nth FROM (%s)) a ANTI JOIN (%s) r ON %s AND r.%s > a.%s WHERE a._sluice_nth = 1"
                        .formatted(
                                SqlText.list(ref.columns(), column -> "a." + SqlText.name(column.name())),
                                keys,
                                FileRelation.SEQUENCE,
                                added.selectLocated(),
                                removed.selectLocated(),
                                matches,
                                FileRelation.SEQUENCE,
                                FileRelation.SEQUENCE));
    }

    /** The current rows of a ref whose key, a subset of its columns, is in an added or a removed row. */
    void affected(Ref ref, Table table, Changes changes, List<String> key) throws SQLException {
        FileRelation added = relation(ref, table, changes.added());
        FileRelation removed = relation(ref, table, changes.removed());
        String keys = SqlText.list(key, SqlText::name);
        db.execute("CREATE TEMP TABLE %s AS SELECT DISTINCT %s FROM (%s UNION ALL %s) WHERE %s"
                .formatted(
                        AFFECTED,
                        keys,
                        added.select(),
                        removed.select(),
                        SqlText.join(key, " AND ", name -> SqlText.name(name) + " IS NOT NULL")));
        rowsOfAffected(ref, table, key);
    }

    /** The rows of a bronze ref that a replay names. */
    void replayed(Ref ref, Table table, Replay replay) throws SQLException {
        view(ref, replayedRows(ref, table, replay));
    }

    /** The current rows of a bronze ref whose key is in a row that a replay names. */
    void affectedBy(Ref ref, Table table, Replay replay, List<String> key) throws SQLException {
        String keys = SqlText.list(key, SqlText::name);
        db.execute("CREATE TEMP TABLE %s AS SELECT DISTINCT %s FROM (%s) WHERE %s"
                .formatted(
                        AFFECTED,
                        keys,
                        replayedRows(ref, table, replay),
                        SqlText.join(key, " AND ", name -> SqlText.name(name) + " IS NOT NULL")));
        rowsOfAffected(ref, table, key);
    }

    /** Shows the current rows of the affected keys; files that can hold none are not opened. */
    private void rowsOfAffected(Ref ref, Table table, List<String> key) throws SQLException {
        List<Column> columns = ref.columns().stream()
                .filter(column -> key.contains(column.name()))
                .toList();
        Expression rows = new KeyValues(db, AFFECTED).of(table, columns);
        FileRelation current =
                relation(ref, table, TableFiles.current(table, rows).rows());
        view(
                ref,
                "SELECT * FROM (%s) SEMI JOIN %s USING (%s)"
                        .formatted(current.select(), AFFECTED, SqlText.list(key, SqlText::name)));
    }

    private String replayedRows(Ref ref, Table table, Replay replay) throws SQLException {
        FileRelation placed = relation(
                replay.columns(ref.columns()),
                table,
                TableFiles.current(table, replay.files()).rows());
        return "SELECT %s FROM (%s) WHERE %s"
                .formatted(
                        SqlText.list(ref.columns(), column -> SqlText.name(column.name())),
                        placed.select(),
                        replay.condition());
    }

    /** The keys of a ref that gained or lost a row. A row that another one replaced is not read: its key has both. */
    void touched(Ref ref, Table table, Changes changes, List<String> key) throws SQLException {
        Ref keys = new Ref(
                ref.name(),
                ref.columns().stream()
                        .filter(column -> key.contains(column.name()))
                        .toList(),
                ref.key());
        String names = SqlText.list(key, SqlText::name);
        String added = relation(keys, table, changes.added()).select();
        String removed = changes.losesKeys()
                ? " UNION ALL SELECT %s FROM (%s)"
                        .formatted(
                                names, relation(keys, table, changes.removed()).select())
                : "";
        db.execute("CREATE TEMP TABLE %s AS SELECT DISTINCT %s FROM (SELECT %s FROM (%s)%s)"
                .formatted(AFFECTED, names, names, added, removed));
    }

    private FileRelation relation(Ref ref, Table table, List<FileRows> files) throws SQLException {
        return relation(ref.columns(), table, files);
    }

    private FileRelation relation(List<Column> columns, Table table, List<FileRows> files) throws SQLException {
        List<Path> picked = new ArrayList<>();
        for (FileRows file : files) {
            Path path = local.read(table.io(), file.location());
            Path parent = path.getParent();
            if (parent != null) {
                folders.add(parent);
            }
            if (file.only().isPresent()) {
                picked.add(path);
            } else {
                rows += file.rows();
                bytes += file.bytes();
            }
        }
        countWhole(picked);
        return FileRelation.create(
                db, local, table.io(), "sluice_input_" + relations++, table.schema(), columns, files);
    }

    /** To pick rows from a file by their positions is to scan it. */
    private void countWhole(List<Path> files) throws SQLException {
        if (files.isEmpty()) {
            return;
        }
        rows += db.number("SELECT sum(num_rows) FROM parquet_file_metadata([%s])"
                .formatted(SqlText.list(files, path -> SqlText.literal(path.toString()))));
        for (Path file : files) {
            try {
                bytes += Files.size(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static String nothing(Ref ref) {
        return FileRelation.empty(ref.columns());
    }

    private void view(Ref ref, String select) throws SQLException {
        String schema = ref.name().substring(0, ref.name().indexOf('.'));
        if (schemas.add(schema)) {
            db.execute("CREATE SCHEMA IF NOT EXISTS " + SqlText.name(schema));
        }
        db.execute("CREATE VIEW %s AS %s".formatted(SqlText.path(ref.name()), select));
    }
}
