package dev.sluice.sink.maintenance;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.ledger.Ledger;
import dev.sluice.sink.ledger.TableLedger;
import dev.sluice.sink.merge.Stamp;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * The newest stamp of each kind that a table has, to be set again on a commit that changes no row: the ledger of what
 * was landed into it, and what a run has consumed. A table of dead letters has both, by writers that do not know of
 * each other. The commit goes through only while these stamps are still the newest: an older stamp on top of a newer
 * would make its writer do things twice.
 */
final class CarriedStamp implements SnapshotAncestryValidator {
    /** Snapshot summary key of every commit of maintenance: what it did. */
    static final String STEP = "sluice.maintenance";
    /** Snapshot summary key that tells one commit of maintenance from all others. */
    static final String COMMIT_ID = "sluice.maintenance-id";

    private static final Set<String> LEDGER =
            Set.of(TableLedger.OFFSETS, TableLedger.BATCH_ID, TableLedger.EPOCH, TableLedger.ANNOUNCEMENT_OFFSET);

    private final Map<String, String> entries;
    private boolean overtaken;

    private CarriedStamp(Map<String, String> entries) {
        this.entries = entries;
    }

    /** The stamps as the table stands; of a table that nobody stamps, nothing. */
    static CarriedStamp of(Table table) {
        return new CarriedStamp(newest(SnapshotUtil.currentAncestors(table)));
    }

    /** How many of the snapshots, the newest first, are needed for the newest stamp of each kind. */
    static int reach(List<Snapshot> newestFirst) {
        int reach = 0;
        boolean ledger = false;
        boolean run = false;
        for (int i = 0; i < newestFirst.size() && !(ledger && run); i++) {
            Map<String, String> summary = newestFirst.get(i).summary();
            boolean first = (!ledger && isLedger(summary)) || (!run && isRun(summary));
            reach = first ? i + 1 : reach;
            ledger |= isLedger(summary);
            run |= isRun(summary);
        }
        return reach;
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
        Map<String, String> stamp = new TreeMap<>();
        boolean ledger = false;
        boolean run = false;
        for (Snapshot snapshot : newestFirst) {
            Map<String, String> summary = snapshot.summary();
            if (!ledger && isLedger(summary)) {
                ledger = true;
                copy(summary, LEDGER::contains, stamp);
            }
            if (!run && isRun(summary)) {
                run = true;
                copy(summary, CarriedStamp::isOfRun, stamp);
            }
            if (ledger && run) {
                break;
            }
        }
        return stamp;
    }

    private static boolean isLedger(Map<String, String> summary) {
        return summary.containsKey(TableLedger.OFFSETS);
    }

    private static boolean isRun(Map<String, String> summary) {
        return summary.containsKey(Stamp.RUN_ID);
    }

    private static boolean isOfRun(String key) {
        return key.equals(Stamp.MODEL) || key.equals(Stamp.RUN_ID) || key.startsWith(Stamp.UPSTREAM);
    }

    /** What says how far the table's writer is, without what is true of that one commit only. */
    private static void copy(Map<String, String> summary, Predicate<String> state, Map<String, String> stamp) {
        summary.forEach((key, value) -> {
            if (state.test(key)) {
                stamp.put(key, value);
            }
        });
    }
}
