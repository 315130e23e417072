package dev.sluice.embedded.demo;

import dev.sluice.load.ExpectedTable;
import dev.sluice.sink.audit.AuditLine;
import dev.sluice.sink.audit.CanonicalRow;
import dev.sluice.sink.audit.TableRows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * Compares a table row by row with what the generator computed from its seed. The rows are read by Iceberg's generic
 * reader, the expected ones come from the generator's own fold: neither shares code with what wrote the table.
 */
public final class TableProof {
    private static final int SHOWN = 3;

    private final Table table;
    private final ExpectedTable expected;

    public TableProof(Table table, ExpectedTable expected) {
        this.table = table;
        this.expected = expected;
    }

    /** One line: every row equal, or the first that differ. */
    public AuditLine check() {
        Map<String, Integer> unmatched = new HashMap<>();
        long[] found = {0};
        if (table.currentSnapshot() != null) {
            new TableRows(table, expected.columns())
                    .forEach(table.currentSnapshot().snapshotId(), row -> {
                        found[0]++;
                        unmatched.merge(CanonicalRow.of(row), 1, Integer::sum);
                    });
        }
        long[] wanted = {0};
        List<String> missing = new ArrayList<>();
        expected.rows().forEach(row -> {
            wanted[0]++;
            String canonical = CanonicalRow.of(new ArrayList<@Nullable Object>(row.values()));
            if (!take(unmatched, canonical)) {
                missing.add(canonical);
            }
        });
        boolean equal = missing.isEmpty() && unmatched.isEmpty();
        return new AuditLine(
                "The tables are what the seed says",
                expected.name(),
                "rows computed from the seed = rows of the table, in every column",
                Long.toString(wanted[0]),
                found[0] + (equal ? ", all equal" : ", " + (wanted[0] - missing.size()) + " equal"),
                equal ? AuditLine.Verdict.PASS : AuditLine.Verdict.FAIL,
                equal ? "" : differences(missing, unmatched));
    }

    private static boolean take(Map<String, Integer> unmatched, String row) {
        Integer left = unmatched.get(row);
        if (left == null) {
            return false;
        }
        if (left == 1) {
            unmatched.remove(row);
        } else {
            unmatched.put(row, left - 1);
        }
        return true;
    }

    private String differences(List<String> missing, Map<String, Integer> unexpected) {
        StringBuilder text = new StringBuilder("columns " + expected.columns());
        missing.stream().limit(SHOWN).forEach(row -> text.append("; expected ").append(CanonicalRow.readable(row)));
        unexpected.keySet().stream()
                .limit(SHOWN)
                .forEach(row -> text.append("; found ").append(CanonicalRow.readable(row)));
        return text.toString();
    }
}
