package dev.sluice.sink.model.trino;

import dev.sluice.sink.duck.Column;
import dev.sluice.sink.duck.SqlText;
import java.util.Collection;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * SELECTs of a table's columns at one of its snapshots, as they are declared. Trino shows a snapshot with the schema of
 * its time, so a column that came later is null there, and one that was widened is cast.
 *
 * @param name schema and table, as the cluster's catalog has them
 * @param table null when there is none yet
 */
record TrinoRelation(String name, @Nullable Table table, List<Column> columns) {
    TrinoRelation {
        columns = List.copyOf(columns);
    }

    /** All rows at the table's current snapshot; no rows when it has none. */
    String current() {
        Snapshot snapshot = table == null ? null : table.currentSnapshot();
        return snapshot == null ? nothing() : at(snapshot.snapshotId());
    }

    /** All rows at a snapshot. */
    String at(long snapshotId) {
        if (table == null) {
            return nothing();
        }
        Schema then = SnapshotUtil.schemaFor(table, snapshotId);
        String shown = SqlText.list(columns, column -> {
            Types.NestedField now = table.schema().findField(column.name());
            Types.NestedField old = now == null ? null : then.findField(now.fieldId());
            return "%s AS %s"
                    .formatted(
                            old == null
                                    ? TrinoTypes.nothing(column.type())
                                    : TrinoTypes.shown(SqlText.name(old.name()), old.type(), column.type()),
                            SqlText.name(column.name()));
        });
        return "SELECT %s FROM %s FOR VERSION AS OF %d".formatted(shown, SqlText.path(name), snapshotId);
    }

    /** The rows of some data files at a snapshot, without those that are deleted there. */
    String at(long snapshotId, Collection<String> files) {
        if (files.isEmpty()) {
            return nothing();
        }
        return at(snapshotId) + " WHERE \"$path\" IN (%s)".formatted(SqlText.list(files, SqlText::literal));
    }

    /** No rows. */
    String nothing() {
        return "SELECT %s WHERE FALSE"
                .formatted(SqlText.list(
                        columns, column -> TrinoTypes.nothing(column.type()) + " AS " + SqlText.name(column.name())));
    }
}
