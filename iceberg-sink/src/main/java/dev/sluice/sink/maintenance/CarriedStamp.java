package dev.sluice.sink.maintenance;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.ledger.Ledger;
import dev.sluice.sink.ledger.TableLedger;
import dev.sluice.sink.merge.Stamp;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * The stamp of a table's newest stamped snapshot, to be set again on a commit that changes no row. The commit goes
 * through only while that stamp is still the newest one: an older stamp on top of a newer would make its writer do
 * things twice.
 */
final class CarriedStamp implements SnapshotAncestryValidator {
    /** Snapshot summary key of every commit of maintenance: what it did. */
    static final String STEP = "sluice.maintenance";
    /** Snapshot summary key that tells one commit of maintenance from all others. */
    static final String COMMIT_ID = "sluice.maintenance-id";

    private final Map<String, String> entries;
    private boolean overtaken;

    private CarriedStamp(Map<String, String> entries) {
        this.entries = entries;
    }

    /** The stamp as the table stands; of a table that nobody stamps, nothing. */
    static CarriedStamp of(Table table) {
        return new CarriedStamp(newest(SnapshotUtil.currentAncestors(table)));
    }

    /** Whether the snapshot carries a stamp, by its writer or by maintenance. */
    static boolean isStamped(Snapshot snapshot) {
        Map<String, String> summary = snapshot.summary();
        return summary.containsKey(TableLedger.OFFSETS) || summary.containsKey(Stamp.RUN_ID);
    }

    /**
     * Refuses a table whose snapshots and properties contradict each other: somebody rolled it back, and will want to
     * roll it forward again.
     *
     * @throws SluiceException {@code STAMP_MISSING}
     */
    static void refuseContradiction(Table table) {
        Optional<Ledger> ledger = TableLedger.mirrored(table);
        if (ledger.isPresent()) {
            TableLedger.read(table);
        }
        Optional<Stamp> mirrored = Stamp.mirrored(table);
        Optional<Stamp> inHistory = table.currentSnapshot() == null ? Optional.empty() : Stamp.inHistory(table);
        if (mirrored.isPresent() && inHistory.isPresent() && !mirrored.equals(inHistory)) {
            throw new SluiceException(
                    ErrorCode.STAMP_MISSING,
                    "[%s] Cannot maintain the table: it was rolled back or its stamp was edited, expected run %s as the newest of the current branch, found %s"
                            .formatted(
                                    table.name(),
                                    mirrored.get().runId(),
                                    inHistory.get().runId()));
        }
    }

    /**
     * Sets the stamp on a commit, with what the commit is, and makes it fail once the stamp is no longer the newest.
     */
    <U extends SnapshotUpdate<U>> U on(U update, String step, String commitId) {
        entries.forEach(update::set);
        return update.set(STEP, step).set(COMMIT_ID, commitId).validateWith(this);
    }

    /** Whether the commit failed because somebody else's stamp is newer, and not for another reason. */
    boolean isOvertaken() {
        return overtaken;
    }

    /** Whether a commit of that id is in the table's history. */
    static boolean isCommitted(Table table, String commitId) {
        for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
            if (commitId.equals(snapshot.summary().get(COMMIT_ID))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean validate(Iterable<Snapshot> newestFirst) {
        overtaken = !newest(newestFirst).equals(entries);
        return !overtaken;
    }

    @Override
    public String errorMessage() {
        return "another writer stamped the table first";
    }

    private static Map<String, String> newest(Iterable<Snapshot> newestFirst) {
        for (Snapshot snapshot : newestFirst) {
            if (isStamped(snapshot)) {
                return stamp(snapshot.summary());
            }
        }
        return Map.of();
    }

    /** What says how far the table's writer is, without what is true of that one commit only. */
    private static Map<String, String> stamp(Map<String, String> summary) {
        Map<String, String> stamp = new TreeMap<>();
        summary.forEach((key, value) -> {
            boolean state = key.equals(TableLedger.OFFSETS)
                    || key.equals(TableLedger.BATCH_ID)
                    || key.equals(TableLedger.EPOCH)
                    || key.equals(TableLedger.ANNOUNCEMENT_OFFSET)
                    || key.equals(Stamp.MODEL)
                    || key.equals(Stamp.RUN_ID)
                    || key.startsWith(Stamp.UPSTREAM);
            if (state) {
                stamp.put(key, value);
            }
        });
        return stamp;
    }
}
