package dev.sluice.app.dlq;

import dev.sluice.sink.audit.TableRows;
import dev.sluice.sink.model.Model;
import dev.sluice.sink.model.ModelSet;
import dev.sluice.sink.quality.RowAudit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;

/** The rows that tests of the models kept out: the dead letters of the tables after bronze. */
public final class RejectedRows {
    private final Catalog catalog;
    private final ModelSet models;

    public RejectedRows(Catalog catalog, ModelSet models) {
        this.catalog = catalog;
        this.models = models;
    }

    /** Per table of rejected rows, how many by reason; a table without rows is left out. */
    public Map<String, Map<String, Long>> byReason() {
        Map<String, Map<String, Long>> all = new TreeMap<>();
        for (Model model : models.models()) {
            newest(model.rejectedTable()).ifPresent(table -> {
                Map<String, Long> reasons = new TreeMap<>();
                Snapshot snapshot = table.currentSnapshot();
                if (snapshot != null) {
                    new TableRows(table, List.of(RowAudit.REASON))
                            .forEach(
                                    snapshot.snapshotId(),
                                    row -> reasons.merge(String.valueOf(row.get(0)), 1L, Long::sum));
                }
                if (!reasons.isEmpty()) {
                    all.put(model.rejectedTable(), reasons);
                }
            });
        }
        return all;
    }

    private Optional<Table> newest(String name) {
        try {
            return Optional.of(catalog.loadTable(TableIdentifier.parse(name)));
        } catch (NoSuchTableException e) {
            return Optional.empty();
        }
    }
}
