package dev.sluice.sink.audit;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.audit.AuditLine.Verdict;
import dev.sluice.sink.duck.DuckDbSettings;
import dev.sluice.sink.merge.MergeColumn;
import dev.sluice.sink.merge.Stamp;
import dev.sluice.sink.model.Model;
import dev.sluice.sink.model.ModelSet;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * Checks the tables of models against their SQL. A table's stamp names the snapshots that it was made from; the model
 * is computed anew from those, and compared with the rows that Iceberg's generic reader finds, so the service may go on
 * meanwhile.
 */
public final class ModelTableAudit {
    private static final String SAME = "The tables are what their SQL says";
    private static final String STAMPS = "The ledger tells the truth";
    private static final int SHOWN = 3;

    private final Catalog catalog;
    private final DuckDbSettings settings;
    private final Depth depth;
    private final List<TableCheck> more;

    /** How tables are compared. */
    public enum Depth {
        /** By count and by a checksum that does not depend on the order of the rows. */
        SUMS,
        /** Row by row as well. */
        ROWS
    }

    /** Something else to be checked of every table of a model. */
    @FunctionalInterface
    public interface TableCheck {
        AuditLine check(String model, Table table);
    }

    public ModelTableAudit(Catalog catalog, DuckDbSettings settings) {
        this(catalog, settings, Depth.SUMS, List.of());
    }

    public ModelTableAudit(Catalog catalog, DuckDbSettings settings, Depth depth, List<TableCheck> more) {
        this.catalog = catalog;
        this.settings = settings;
        this.depth = depth;
        this.more = List.copyOf(more);
    }

    /**
     * Checks every model that has a table.
     *
     * @throws SluiceException MODEL_FAILED when a SELECT fails on the data
     */
    public List<AuditLine> check(ModelSet models) {
        List<AuditLine> lines = new ArrayList<>();
        for (Model model : models.models()) {
            Table table = find(model.name()).orElse(null);
            Snapshot snapshot = table == null ? null : table.currentSnapshot();
            if (table == null || snapshot == null) {
                lines.add(AuditLine.note(SAME, model.name(), "rows so far", 0));
            } else {
                lines.addAll(check(model, new PinnedTable(table, snapshot)));
            }
        }
        return lines;
    }

    private List<AuditLine> check(Model model, PinnedTable target) {
        List<AuditLine> lines = new ArrayList<>();
        Optional<Stamp> stamp = Stamp.of(target.table());
        lines.add(stampLine(model.name(), target.table()));
        if (stamp.isPresent()) {
            Map<String, PinnedTable> upstream = new LinkedHashMap<>();
            List<AuditLine> unknown = new ArrayList<>();
            new TreeMap<>(stamp.get().upstream()).forEach((ref, id) -> {
                Table read = find(ref).orElse(null);
                Snapshot consumed = read == null ? null : read.snapshot(id);
                if (read == null || consumed == null) {
                    unknown.add(AuditLine.note(
                            SAME,
                            model.name(),
                            "not computed anew, since the snapshot of %s that it was made from was expired"
                                    .formatted(ref),
                            id));
                    return;
                }
                upstream.put(ref, new PinnedTable(read, consumed));
                lines.add(ancestorLine(model.name(), ref, read, id));
            });
            if (!unknown.isEmpty()) {
                lines.addAll(unknown);
            } else if (isReadable(target) && upstream.values().stream().allMatch(ModelTableAudit::isReadable)) {
                lines.addAll(compared(model, target, upstream));
            } else {
                lines.add(AuditLine.note(
                        SAME,
                        model.name(),
                        "not computed anew, since files that it takes are missing or equality deletes",
                        0));
            }
        }
        lines.addAll(new TableFilesAudit(target.table(), model.name())
                .check(target.snapshot().snapshotId()));
        more.forEach(check -> lines.add(check.check(model.name(), target.table())));
        return lines;
    }

    private List<AuditLine> compared(Model model, PinnedTable target, Map<String, PinnedTable> upstream) {
        List<AuditLine> lines = new ArrayList<>();
        try {
            lines.add(compare(model, target, upstream));
            if (depth == Depth.ROWS) {
                lines.add(compareRows(model, target, upstream));
            }
        } catch (RuntimeException e) {
            List<PinnedTable> read = new ArrayList<>(upstream.values());
            read.add(target);
            List<AuditLine> unreadable = read.stream()
                    .flatMap(pinned ->
                            UnreadableFiles.line(
                                    model.name(),
                                    pinned.table(),
                                    pinned.snapshot().snapshotId())
                                    .stream())
                    .toList();
            if (unreadable.isEmpty()) {
                throw e;
            }
            lines.addAll(unreadable);
        }
        return lines;
    }

    /** Whether all files of a snapshot are there; the lines on the table say which ones are not. */
    private static boolean isReadable(PinnedTable pinned) {
        return new TableFilesAudit(pinned.table())
                .check(pinned.snapshot().snapshotId()).stream().noneMatch(AuditLine::failed);
    }

    /** Every row by a 128-bit hash of its canonical spelling, so that two wrongs cannot cancel out in a sum. */
    private AuditLine compareRows(Model model, PinnedTable target, Map<String, PinnedTable> upstream) {
        List<String> columns =
                model.merge().columns().stream().map(MergeColumn::name).toList();
        Map<String, Integer> expected = new HashMap<>();
        compute(model, new Recomputation(model, upstream, settings), row -> expected.merge(hash(row), 1, Integer::sum));
        long rows = expected.values().stream().mapToLong(Integer::longValue).sum();
        long[] same = {0};
        List<String> unexpected = new ArrayList<>();
        new TableRows(target.table(), columns).forEach(target.snapshot().snapshotId(), row -> {
            String hash = hash(row);
            if (expected.getOrDefault(hash, 0) > 0) {
                expected.merge(hash, -1, Integer::sum);
                same[0]++;
            } else if (unexpected.size() < SHOWN) {
                unexpected.add(CanonicalRow.readable(CanonicalRow.of(row)));
            }
        });
        boolean equal = same[0] == rows && unexpected.isEmpty();
        return new AuditLine(
                SAME,
                model.name(),
                "rows of its SELECT = rows of the table that equal them, one by one",
                Long.toString(rows),
                Long.toString(same[0]),
                equal ? Verdict.PASS : Verdict.FAIL,
                equal ? "" : "columns " + columns + "; in the table only: " + String.join("; ", unexpected));
    }

    private static String hash(List<@Nullable Object> row) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(CanonicalRow.of(row).getBytes(StandardCharsets.UTF_8));
            return new String(digest, 0, 16, StandardCharsets.ISO_8859_1);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static AuditLine stampLine(String name, Table table) {
        String stamped = Stamp.inHistory(table).map(ModelTableAudit::label).orElse("no stamp");
        String mirrored = Stamp.mirrored(table).map(ModelTableAudit::label).orElse("no stamp");
        boolean present = Stamp.mirrored(table).isPresent();
        // The snapshots that carried the stamp may be expired; its mirror may not be.
        boolean same = stamped.equals(mirrored) || Stamp.inHistory(table).isEmpty();
        return new AuditLine(
                STAMPS,
                name,
                "run named by the newest stamp = run named by the table's properties",
                stamped,
                mirrored,
                present && same ? Verdict.PASS : Verdict.FAIL,
                "the table was rolled back or its properties were edited");
    }

    private static String label(Stamp stamp) {
        return "run " + stamp.runId().substring(0, Math.min(8, stamp.runId().length()));
    }

    private static AuditLine ancestorLine(String name, String ref, Table read, long consumed) {
        boolean ancestor = read.currentSnapshot() != null
                && SnapshotUtil.isAncestorOf(read, read.currentSnapshot().snapshotId(), consumed);
        return AuditLine.equal(
                STAMPS,
                name,
                "snapshots consumed that are in their tables' histories",
                1,
                ancestor ? 1 : 0,
                "snapshot %d of %s is no longer on its current branch: the table was rolled back"
                        .formatted(consumed, ref));
    }

    private AuditLine compare(Model model, PinnedTable target, Map<String, PinnedTable> upstream) {
        List<String> columns =
                model.merge().columns().stream().map(MergeColumn::name).toList();
        Recomputation anew = new Recomputation(model, upstream, settings);
        TableRows rows = new TableRows(target.table(), columns);
        long snapshot = target.snapshot().snapshotId();
        TableDigest[] expected = {TableDigest.EMPTY};
        compute(model, anew, row -> expected[0] = expected[0].plus(CanonicalRow.of(row)));
        TableDigest found = rows.digest(snapshot);
        boolean equal = expected[0].equals(found);
        return new AuditLine(
                SAME,
                model.name(),
                "rows of its SELECT over all of " + String.join(", ", upstream.keySet()) + " = rows of the table",
                expected[0].label(),
                found.label(),
                equal ? Verdict.PASS : Verdict.FAIL,
                equal ? "" : "columns " + columns + differences(model, anew, rows, snapshot));
    }

    /** The first rows that only one side has. Holds a number per row, so only a failed check asks for it. */
    private String differences(Model model, Recomputation anew, TableRows rows, long snapshot) {
        Set<Long> there = new HashSet<>();
        rows.forEach(snapshot, row -> there.add(fingerprint(row)));
        List<String> missing = new ArrayList<>();
        compute(model, anew, row -> {
            if (!there.remove(fingerprint(row)) && missing.size() < SHOWN) {
                missing.add("; expected " + CanonicalRow.readable(CanonicalRow.of(row)));
            }
        });
        List<String> unexpected = new ArrayList<>();
        rows.forEach(snapshot, row -> {
            if (there.contains(fingerprint(row)) && unexpected.size() < SHOWN) {
                unexpected.add("; found " + CanonicalRow.readable(CanonicalRow.of(row)));
            }
        });
        return missing.stream().collect(Collectors.joining())
                + unexpected.stream().collect(Collectors.joining());
    }

    private static long fingerprint(List<@Nullable Object> row) {
        return TableDigest.EMPTY.plus(CanonicalRow.of(row)).checksum();
    }

    private static void compute(Model model, Recomputation anew, Consumer<List<@Nullable Object>> rows) {
        try {
            anew.forEach(rows);
        } catch (SQLException e) {
            throw new SluiceException(
                    ErrorCode.MODEL_FAILED,
                    "[%s] Cannot compute the model anew: %s".formatted(model.name(), e.getMessage()),
                    e);
        }
    }

    private Optional<Table> find(String name) {
        try {
            return Optional.of(catalog.loadTable(TableIdentifier.parse(name)));
        } catch (NoSuchTableException e) {
            return Optional.empty();
        }
    }
}
