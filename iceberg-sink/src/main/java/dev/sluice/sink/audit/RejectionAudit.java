package dev.sluice.sink.audit;

import dev.sluice.sink.audit.AuditLine.Verdict;
import dev.sluice.sink.deadletter.DeadLetterColumns;
import dev.sluice.sink.merge.Stamp;
import dev.sluice.sink.quality.RowAudit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.jspecify.annotations.Nullable;

/**
 * Compares a table of dead letters with the rows that models rejected, row by row, as far as the table's stamp says
 * that it has followed them.
 */
public final class RejectionAudit {
    private static final String PROMISE = "Dead letters can be queried";
    private static final String SUFFIX = "__rejected";
    private static final int SHOWN = 3;

    private final Catalog catalog;

    public RejectionAudit(Catalog catalog) {
        this.catalog = catalog;
    }

    /** Checks every model that the table has followed; holds an id for each of its rejected rows. */
    public List<AuditLine> check(String name, Table table) {
        Snapshot snapshot = table.currentSnapshot();
        Map<String, Long> followed = snapshot == null
                ? Map.of()
                : Stamp.of(table).map(Stamp::upstream).orElse(Map.of());
        if (snapshot == null || followed.isEmpty()) {
            return List.of();
        }
        Map<String, Map<String, Integer>> found = new HashMap<>();
        new TableRows(table, List.of(DeadLetterColumns.MODEL, DeadLetterColumns.REJECTED_ID))
                .forEach(snapshot.snapshotId(), row -> {
                    if (row.get(0) instanceof String model && row.get(1) instanceof String id) {
                        found.computeIfAbsent(model, key -> new HashMap<>()).merge(id, 1, Integer::sum);
                    }
                });
        List<AuditLine> lines = new ArrayList<>();
        new TreeMap<>(followed).forEach((rejected, consumed) -> {
            String model = rejected.substring(0, rejected.length() - SUFFIX.length());
            Table from = find(rejected);
            if (from == null || from.snapshot(consumed) == null) {
                lines.add(AuditLine.note(
                        PROMISE,
                        name,
                        "rows of %s not compared, since the snapshot that was followed is gone".formatted(rejected),
                        consumed));
                return;
            }
            Set<String> expected = new HashSet<>();
            new TableRows(from, List.of(RowAudit.ID))
                    .forEach(consumed, row -> expected.add(String.valueOf(row.get(0))));
            lines.addAll(compare(name, rejected, expected, found.getOrDefault(model, Map.of())));
        });
        return lines;
    }

    private static List<AuditLine> compare(
            String name, String rejected, Set<String> expected, Map<String, Integer> found) {
        List<String> missing = new ArrayList<>();
        long there = 0;
        long twice = 0;
        for (String id : expected) {
            int rows = found.getOrDefault(id, 0);
            there += rows;
            twice += rows > 1 ? 1 : 0;
            if (rows == 0 && missing.size() < SHOWN) {
                missing.add(id);
            }
        }
        boolean same = missing.isEmpty() && twice == 0;
        List<AuditLine> lines = new ArrayList<>();
        lines.add(new AuditLine(
                PROMISE,
                name,
                "rows of %s up to the snapshot that was followed = rows, none twice".formatted(rejected),
                Long.toString(expected.size()),
                Long.toString(there),
                same ? Verdict.PASS : Verdict.FAIL,
                same ? "" : "missing: %s; rows that are there twice: %d".formatted(missing, twice)));
        long gone = found.keySet().stream().filter(id -> !expected.contains(id)).count();
        if (gone > 0) {
            lines.add(AuditLine.note(
                    PROMISE,
                    name,
                    "rows that somebody took out of %s after they were followed".formatted(rejected),
                    gone));
        }
        return lines;
    }

    private @Nullable Table find(String name) {
        try {
            return catalog.loadTable(TableIdentifier.parse(name));
        } catch (NoSuchTableException e) {
            return null;
        }
    }
}
