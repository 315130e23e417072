package dev.sluice.sink.merge;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * What a model's table says about itself in the summary of every snapshot that Sluice makes, and again in the table's
 * properties, where it survives the expiry of snapshots.
 *
 * @param model the model's name
 * @param runId the run that made the commit
 * @param upstream per ref, the snapshot whose rows are in the table
 */
public record Stamp(String model, String runId, Map<String, Long> upstream) {
    public static final String MODEL = "sluice.model";
    public static final String RUN_ID = "sluice.run-id";
    public static final String UPSTREAM = "sluice.upstream.";
    /** How many keys a snapshot took out of the table without a row in their place. */
    public static final String DELETED_KEYS = "sluice.deleted-keys";
    /** The older snapshot whose rows a snapshot without rows of its own stamps. */
    static final String MERGED = "sluice.merged";
    /** The {@link #DELETED_KEYS} of {@link #MERGED}, which was made by an engine that cannot say so itself. */
    static final String MERGED_DELETED_KEYS = "sluice.merged.deleted-keys";
    /** Of {@link #DELETED_KEYS}: perhaps some. */
    static final long UNKNOWN = -1;

    public Stamp {
        upstream = Map.copyOf(upstream);
    }

    /** The stamp of the newest stamped snapshot, else the one in the table's properties. */
    public static Optional<Stamp> of(Table table) {
        return inHistory(table).or(() -> mirrored(table));
    }

    /** The stamp of the newest stamped snapshot of the current branch that was not expired. */
    public static Optional<Stamp> inHistory(Table table) {
        return newest(SnapshotUtil.currentAncestors(table));
    }

    /** The stamp in the table's properties. */
    public static Optional<Stamp> mirrored(Table table) {
        return read(table.properties());
    }

    /** The stamp of the first stamped snapshot of a lineage that starts with the newest. */
    static Optional<Stamp> newest(Iterable<Snapshot> lineage) {
        for (Snapshot snapshot : lineage) {
            Optional<Stamp> stamp = read(snapshot.summary());
            if (stamp.isPresent()) {
                return stamp;
            }
        }
        return Optional.empty();
    }

    /** The summary or property entries of this stamp. */
    public Map<String, String> entries() {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put(MODEL, model);
        entries.put(RUN_ID, runId);
        new TreeMap<>(upstream).forEach((ref, id) -> entries.put(UPSTREAM + ref, Long.toString(id)));
        return entries;
    }

    private static Optional<Stamp> read(Map<String, String> entries) {
        String model = entries.get(MODEL);
        String runId = entries.get(RUN_ID);
        if (model == null || runId == null) {
            return Optional.empty();
        }
        Map<String, Long> upstream = new LinkedHashMap<>();
        entries.forEach((key, value) -> {
            if (key.startsWith(UPSTREAM)) {
                upstream.put(key.substring(UPSTREAM.length()), Long.parseLong(value));
            }
        });
        return Optional.of(new Stamp(model, runId, upstream));
    }
}
