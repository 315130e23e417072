package dev.sluice.sink.ledger;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * Reads and writes the {@link Ledger} of an Iceberg table. It lives twice: in the summary of the newest stamped
 * snapshot of the current branch, where the catalog's compare-and-swap guards it, and in a table property set by the
 * same transaction, where snapshot expiry cannot reach it.
 */
public final class TableLedger {
    /** Snapshot summary key of the whole ledger after the commit. */
    public static final String OFFSETS = "sluice.offsets";

    public static final String BATCH_ID = "sluice.batch-id";
    public static final String EPOCH = "sluice.epoch";
    public static final String ANNOUNCEMENT_OFFSET = "sluice.announcement-offset";

    /** Table property that mirrors {@link #OFFSETS}. */
    public static final String PROPERTY = "sluice.ledger";

    private static final String NO_BATCH = "";
    private static final LedgerCodec CODEC = new LedgerCodec();

    private TableLedger() {}

    /**
     * The ledger of a table as of its current snapshot.
     *
     * @throws SluiceException {@code STAMP_MISSING} when the two copies contradict each other: the table was rolled
     *     back, or its properties were edited, and going on would land rows twice or lose them
     */
    public static Ledger read(Table table) {
        Optional<Ledger> mirrored = mirrored(table);
        Optional<Ledger> stamped = table.currentSnapshot() == null
                ? Optional.empty()
                : newestStamp(SnapshotUtil.currentAncestors(table)).map(json -> CODEC.fromJson(table.name(), json));
        if (stamped.isEmpty()) {
            if (mirrored.isPresent() && table.currentSnapshot() == null) {
                throw contradiction(table, mirrored.get().batchId(), "no snapshot at all");
            }
            return mirrored.orElse(Ledger.EMPTY);
        }
        if (mirrored.isPresent()
                && !mirrored.get().batchId().equals(stamped.get().batchId())) {
            throw contradiction(
                    table, mirrored.get().batchId(), "batch " + stamped.get().batchId());
        }
        return stamped.get();
    }

    /** The ledger as the snapshot left it; empty when neither it nor an ancestor still known carries a stamp. */
    public static Optional<Ledger> at(Table table, long snapshotId) {
        return newestStamp(SnapshotUtil.ancestorsOf(snapshotId, table::snapshot))
                .map(json -> CODEC.fromJson(table.name(), json));
    }

    /** The copy in the table's properties, where expiry cannot reach it. */
    public static Optional<Ledger> mirrored(Table table) {
        return Optional.ofNullable(table.properties().get(PROPERTY)).map(json -> CODEC.fromJson(table.name(), json));
    }

    private static SluiceException contradiction(Table table, String expectedBatch, String found) {
        return new SluiceException(
                ErrorCode.STAMP_MISSING,
                "[%s] Cannot tell what the table holds: it was rolled back or its stamp was edited, expected batch %s as the newest of the current branch, found %s. Roll the table forward to that batch's snapshot, or drop the table to land it anew."
                        .formatted(table.name(), expectedBatch, found));
    }

    private static Optional<String> newestStamp(Iterable<Snapshot> newestFirst) {
        for (Snapshot snapshot : newestFirst) {
            String offsets = snapshot.summary().get(OFFSETS);
            if (offsets != null) {
                return Optional.of(offsets);
            }
        }
        return Optional.empty();
    }

    /**
     * Stamps a commit with the ledger it leaves, and makes it fail at the catalog, at every attempt, unless the branch
     * still stands where {@code base} was read: a commit by a leader that was replaced meanwhile cannot go through, nor
     * one onto a table that was rolled back meanwhile.
     *
     * @param table the table as it was when {@code base} was read from it
     */
    public static <U extends SnapshotUpdate<U>> U stamp(Table table, U update, Ledger base, Ledger after) {
        boolean visible = table.currentSnapshot() != null
                && newestStamp(SnapshotUtil.currentAncestors(table)).isPresent();
        return update.set(OFFSETS, CODEC.toJson(after))
                .set(BATCH_ID, after.batchId())
                .set(EPOCH, Long.toString(after.epoch()))
                .set(ANNOUNCEMENT_OFFSET, Long.toString(after.announcementOffset()))
                .validateWith(new NewestBatchIs(visible ? base.batchId() : NO_BATCH));
    }

    /** Sets the mirror in the transaction that the stamped update belongs to. */
    public static void mirror(Transaction transaction, Ledger after) {
        transaction.updateProperties().set(PROPERTY, CODEC.toJson(after)).commit();
    }

    /** Whether the newest stamp of the table's current branch is that batch's. */
    public static boolean newestBatchIs(Table table, String batchId) {
        return table.currentSnapshot() != null
                && new NewestBatchIs(batchId).validate(SnapshotUtil.currentAncestors(table));
    }

    /** Holds when the newest stamp is that batch's, or, for {@link #NO_BATCH}, when no snapshot carries a stamp. */
    private record NewestBatchIs(String expectedBatchId) implements SnapshotAncestryValidator {
        @Override
        public boolean validate(Iterable<Snapshot> newestFirst) {
            for (Snapshot snapshot : newestFirst) {
                String batchId = snapshot.summary().get(BATCH_ID);
                if (batchId != null) {
                    return batchId.equals(expectedBatchId);
                }
            }
            return expectedBatchId.equals(NO_BATCH);
        }

        @Override
        public String errorMessage() {
            return "the table moved on, its newest batch is no longer '" + expectedBatchId + "'";
        }
    }
}
