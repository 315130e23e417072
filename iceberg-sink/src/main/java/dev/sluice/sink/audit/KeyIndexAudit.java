package dev.sluice.sink.audit;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.audit.AuditLine.Verdict;
import dev.sluice.sink.merge.IndexState;
import dev.sluice.sink.merge.TableFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * Compares the key indexes on this machine with their tables. An index may lag, since the next run catches it up; one
 * that says it is up to date must know every row and no other.
 */
public final class KeyIndexAudit implements ModelTableAudit.TableCheck {
    private static final String PROMISE = "The key index is right or known to lag";
    private static final String COMPARED = "rows of the data files = rows that the index knows";

    private final Path folder;

    /** @param folder where the service keeps its indexes */
    public KeyIndexAudit(Path folder) {
        this.folder = folder;
    }

    @Override
    public AuditLine check(String model, Table table) {
        IndexState state;
        try {
            state = IndexState.read(folder, model);
        } catch (IOException e) {
            throw new SluiceException(
                    ErrorCode.STORAGE_FAILED, "[%s] Cannot read the key index: %s".formatted(model, e.getMessage()), e);
        }
        if (state instanceof IndexState.Known known) {
            return check(model, table, known);
        }
        if (state instanceof IndexState.Unreadable unreadable) {
            return failed(model, "an index", "none: " + unreadable.reason(), "the next run makes a new one");
        }
        return AuditLine.note(
                PROMISE, model, "not compared, since there is none in the data folder of this machine", 0);
    }

    private static AuditLine check(String model, Table table, IndexState.Known known) {
        // The index was read after the table was loaded, so it may be ahead.
        table.refresh();
        if (!known.tableUuid().equals(table.uuid().toString())) {
            return failed(
                    model,
                    "table " + table.uuid(),
                    "table " + known.tableUuid(),
                    "the index is of another table; the next run makes a new one");
        }
        if (table.currentSnapshot() == null || table.currentSnapshot().snapshotId() != known.snapshotId()) {
            boolean behind = table.currentSnapshot() != null
                    && table.snapshot(known.snapshotId()) != null
                    && SnapshotUtil.isAncestorOf(table, table.currentSnapshot().snapshotId(), known.snapshotId());
            return AuditLine.note(
                    PROMISE,
                    model,
                    behind
                            ? "stale: it reflects an older snapshot, and the next run catches it up"
                            : "stale: it reflects a snapshot that the table does not have, and the next run makes a new one",
                    known.snapshotId());
        }
        Map<String, Long> live = new TreeMap<>();
        TableFiles files = TableFiles.current(table);
        files.files()
                .forEach(file ->
                        live.put(file.file().location(), files.rows(file).rows()));
        Map<String, Long> entries = new TreeMap<>(known.entries());
        entries.values().removeIf(rows -> rows == 0);
        live.values().removeIf(rows -> rows == 0);
        String found = Long.toString(sum(entries));
        return entries.equals(live)
                ? new AuditLine(PROMISE, model, COMPARED, Long.toString(sum(live)), found, Verdict.PASS, "")
                : failed(
                        model,
                        Long.toString(sum(live)),
                        found,
                        "the index says that it is up to date and is not; delete it from the data folder, and the next run makes a new one");
    }

    private static long sum(Map<String, Long> rows) {
        return rows.values().stream().mapToLong(Long::longValue).sum();
    }

    private static AuditLine failed(String model, String expected, String found, String detail) {
        return new AuditLine(PROMISE, model, COMPARED, expected, found, Verdict.FAIL, detail);
    }
}
