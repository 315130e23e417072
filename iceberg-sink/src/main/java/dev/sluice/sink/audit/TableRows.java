package dev.sluice.sink.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/** Reads a table with Iceberg's own generic reader, which neither the landing writer nor the merge uses. */
public final class TableRows {
    private final Table table;
    private final List<String> columns;

    public TableRows(Table table, List<String> columns) {
        this.table = table;
        this.columns = List.copyOf(columns);
    }

    /** Hands every live row of a snapshot to the consumer, its values in the order of the columns. */
    public void forEach(long snapshotId, Consumer<List<@Nullable Object>> consumer) {
        try (CloseableIterable<Record> rows = IcebergGenerics.read(table)
                .useSnapshot(snapshotId)
                .select(columns)
                .build()) {
            for (Record row : rows) {
                List<@Nullable Object> values = new ArrayList<>(columns.size());
                columns.forEach(column -> values.add(row.getField(column)));
                consumer.accept(values);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("[" + table.name() + "] Cannot close the table's reader", e);
        }
    }

    /** The digest of the live rows of a snapshot. */
    public TableDigest digest(long snapshotId) {
        TableDigest[] digest = {TableDigest.EMPTY};
        forEach(snapshotId, row -> digest[0] = digest[0].plus(CanonicalRow.of(row)));
        return digest[0];
    }
}
