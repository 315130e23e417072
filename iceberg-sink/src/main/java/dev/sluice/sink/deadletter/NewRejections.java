package dev.sluice.sink.deadletter;

import dev.sluice.sink.duck.Column;
import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.DuckTypes;
import dev.sluice.sink.duck.FileRelation;
import dev.sluice.sink.duck.FileRows;
import dev.sluice.sink.duck.LocalFiles;
import dev.sluice.sink.duck.SqlText;
import dev.sluice.sink.land.BronzeColumns;
import dev.sluice.sink.merge.Changes;
import dev.sluice.sink.merge.TableFiles;
import dev.sluice.sink.model.Model;
import dev.sluice.sink.quality.RowAudit;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * The rows that a model's table of rejected rows has gained, as rows of a dead-letter table. A rejected row is written
 * again when it comes again, and moved by compactions; neither is a gain.
 */
final class NewRejections {
    /** What the dead-letter table gets; its other columns are null in these rows. */
    static final List<String> COLUMNS = List.of(
            "reason",
            "detail",
            "value",
            "value_bytes",
            "headers",
            BronzeColumns.TOPIC,
            BronzeColumns.PARTITION,
            BronzeColumns.OFFSET,
            BronzeColumns.TIMESTAMP,
            BronzeColumns.KEY,
            BronzeColumns.INGESTED_AT,
            DeadLetterColumns.MODEL,
            DeadLetterColumns.REJECTED_ID);

    private static final List<String> ABOUT = List.of(RowAudit.ID, RowAudit.REASON, RowAudit.AT);

    private final Model model;
    private final Table rejected;
    private final Optional<Changes> changes;
    private final Table deadLetters;
    private final DeadLetterTarget target;

    /** @param consumed the snapshot of the rejected rows that the dead-letter table has; empty when it has none */
    NewRejections(Model model, Table rejected, Optional<Long> consumed, Table deadLetters, DeadLetterTarget target) {
        this.model = model;
        this.rejected = rejected;
        this.deadLetters = deadLetters;
        this.target = target;
        this.changes = consumed.flatMap(from -> Changes.between(rejected, from, rejected.currentSnapshot()));
    }

    /**
     * A query for the rows, of {@link #COLUMNS}.
     *
     * @param name for temporary tables, unique in the instance
     */
    String select(DuckDb db, LocalFiles local, String name) throws SQLException {
        List<Column> columns = rejected.schema().columns().stream()
                .map(field -> new Column(field.name(), field.type()))
                .toList();
        String gained = changes.isPresent()
                ? gained(db, local, name, columns, changes.get())
                : unknown(db, local, name, columns);
        String row = "TRY(CAST(to_json({%s}) AS VARCHAR))"
                .formatted(SqlText.list(
                        columns.stream()
                                .filter(column -> !ABOUT.contains(column.name()))
                                .toList(),
                        column -> "%s: %s".formatted(SqlText.literal(column.name()), json(column))));
        List<String> values = new ArrayList<>();
        values.add(SqlText.literal(DeadLetterColumns.TEST_FAILED));
        values.add("%s || x.%s".formatted(SqlText.literal(model.name() + ": "), RowAudit.REASON));
        values.add(target.values() ? "encode(x._sluice_row)" : "CAST(NULL AS BLOB)");
        values.add("CAST(octet_length(encode(x._sluice_row)) AS INTEGER)");
        values.add("CAST(MAP {} AS MAP(VARCHAR, BLOB))");
        values.add(kept(BronzeColumns.TOPIC));
        values.add(kept(BronzeColumns.PARTITION));
        values.add(kept(BronzeColumns.OFFSET));
        values.add(kept(BronzeColumns.TIMESTAMP));
        values.add(target.keys() ? kept(BronzeColumns.KEY) : "CAST(NULL AS BLOB)");
        values.add("x." + RowAudit.AT);
        values.add(SqlText.literal(model.name()));
        values.add("x." + RowAudit.ID);
        List<String> named = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            named.add(values.get(i) + " AS " + SqlText.name(COLUMNS.get(i)));
        }
        // A row that cannot be written as JSON is shown as DuckDB writes it: it must not stop the line.
        return "SELECT %s FROM (SELECT x.*, coalesce(%s, CAST(x AS VARCHAR)) AS _sluice_row FROM (%s) x) x"
                .formatted(String.join(", ", named), row, gained);
    }

    /** JSON has no number for NaN and the infinities. */
    private static String json(Column column) {
        String name = "x." + SqlText.name(column.name());
        boolean floats =
                column.type().typeId() == Type.TypeID.DOUBLE || column.type().typeId() == Type.TypeID.FLOAT;
        return floats
                ? "CASE WHEN isfinite(%1$s) THEN to_json(%1$s) ELSE to_json(CAST(%1$s AS VARCHAR)) END".formatted(name)
                : name;
    }

    /** Where the record was, if the model keeps it in a column as bronze has it. */
    private String kept(String column) {
        Types.NestedField wanted = DeadLetterColumns.schema().findField(column);
        Types.NestedField there = rejected.schema().findField(column);
        return there != null && there.type().equals(wanted.type())
                ? "x." + SqlText.name(column)
                : "CAST(NULL AS %s)".formatted(DuckTypes.of(wanted.type()));
    }

    /**
     * The rows that are there now and were not before. What happened to a row first says whether it was there, and what
     * happened last whether it is; a row that is written again is removed and added in one commit.
     */
    private String gained(DuckDb db, LocalFiles local, String name, List<Column> columns, Changes since)
            throws SQLException {
        String added = relation(db, local, rejected, name + "_added", columns, since.added())
                .selectLocated();
        String removed = relation(db, local, rejected, name + "_removed", ids(RowAudit.ID), since.removed())
                .selectLocated();
        return """
                SELECT %1$s FROM (
                  SELECT *, row_number() OVER (PARTITION BY %2$s ORDER BY %3$s DESC) AS _sluice_nth,
                    min(%3$s) OVER (PARTITION BY %2$s) AS _sluice_first
                  FROM (%4$s)) a
                LEFT JOIN (SELECT %2$s AS _sluice_id, min(%3$s) AS _sluice_lost, max(%3$s) AS _sluice_gone FROM (%5$s) GROUP BY 1) r
                  ON r._sluice_id = a.%2$s
                WHERE a._sluice_nth = 1
                  AND (r._sluice_id IS NULL OR (a._sluice_first < r._sluice_lost AND a.%3$s >= r._sluice_gone))
                """.formatted(
                        SqlText.list(columns, column -> "a." + SqlText.name(column.name())),
                        RowAudit.ID,
                        FileRelation.SEQUENCE,
                        added,
                        removed);
    }

    /** When nobody can tell what changed: all rows but those that the dead-letter table has already. */
    private String unknown(DuckDb db, LocalFiles local, String name, List<Column> columns) throws SQLException {
        String current = relation(
                        db,
                        local,
                        rejected,
                        name + "_all",
                        columns,
                        TableFiles.current(rejected).rows())
                .select();
        List<FileRows> files = TableFiles.current(deadLetters, Expressions.equal(DeadLetterColumns.MODEL, model.name()))
                .rows();
        String known = relation(
                        db,
                        local,
                        deadLetters,
                        name + "_known",
                        ids(DeadLetterColumns.MODEL, DeadLetterColumns.REJECTED_ID),
                        files)
                .select();
        return "SELECT * FROM (%s) a WHERE a.%s NOT IN (SELECT %s FROM (%s) WHERE %s = %s AND %s IS NOT NULL)"
                .formatted(
                        current,
                        RowAudit.ID,
                        DeadLetterColumns.REJECTED_ID,
                        known,
                        DeadLetterColumns.MODEL,
                        SqlText.literal(model.name()),
                        DeadLetterColumns.REJECTED_ID);
    }

    private static List<Column> ids(String... names) {
        return Stream.of(names)
                .map(name -> new Column(name, Types.StringType.get()))
                .toList();
    }

    private static FileRelation relation(
            DuckDb db, LocalFiles local, Table table, String name, List<Column> columns, List<FileRows> files)
            throws SQLException {
        return FileRelation.create(db, local, table.io(), name, table.schema(), columns, files);
    }
}
