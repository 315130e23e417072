package dev.sluice.sink.backfill;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.ledger.Ledger;
import dev.sluice.sink.ledger.TableLedger;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.util.SnapshotUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends backfilled files to a bronze table exactly once, without the live flow's help: the ledger says what the table
 * holds, and the commit goes through only on the ledger it was built on. The live flow's commits come first; whenever
 * one gets in between, the backfill waits and looks again.
 */
public final class BackfillCommitter {
    /** Snapshot summary keys of a backfill's commit. */
    public static final String BACKFILL_ID = "sluice.backfill-id";

    public static final String BACKFILL_BATCH = "sluice.backfill-batch";

    private static final String ALL = "all";

    private static final Logger LOG = LoggerFactory.getLogger(BackfillCommitter.class);

    private final Table table;
    private final Yield yield;

    /** Called before each further attempt. */
    @FunctionalInterface
    public interface Yield {
        /**
         * Waits in favour of others.
         *
         * @param lost attempts lost so far, from 1
         * @return false to give up
         */
        boolean to(int lost);
    }

    public BackfillCommitter(Table table, Yield yield) {
        this.table = table;
        this.yield = yield;
    }

    /** What became of landed files. */
    public enum Outcome {
        /** They are in the table, by this call. */
        COMMITTED,
        /** The table holds some of their offsets by now, from somebody else: the batch is to be looked at again. */
        OVERTAKEN
    }

    /**
     * Commits all stretches as one snapshot. The files of a commit that was overtaken are deleted. Rows of stretches
     * that are landed again are replaced wherever they are by then.
     *
     * @throws SluiceException {@code SOURCE_RECREATED}; {@code COMMIT_CONFLICT} or {@code COMMIT_UNKNOWN} when the
     *     yield gave up
     */
    public Outcome commit(String backfillId, int batch, LandedBatch landed) {
        Outcome outcome = attempt(backfillId, Integer.toString(batch), landed);
        if (outcome == Outcome.OVERTAKEN) {
            discard(landed);
        }
        return outcome;
    }

    /**
     * Commits what all batches have staged as one snapshot. Files of a commit that was overtaken stay: they are on the
     * branch, and may be in the table, published by somebody else.
     *
     * @throws SluiceException as {@link #commit}
     */
    public Outcome publish(String backfillId, LandedBatch staged) {
        return attempt(backfillId, ALL, staged);
    }

    private Outcome attempt(String backfillId, String batch, LandedBatch landed) {
        String commitId = UUID.randomUUID().toString();
        for (int lost = 0; ; ) {
            table.refresh();
            if (carries(commitId)) {
                return Outcome.COMMITTED;
            }
            Ledger base = TableLedger.read(table);
            if (!isFree(base, landed.added())) {
                return Outcome.OVERTAKEN;
            }
            try {
                if (landed.overwritten().isEmpty()) {
                    append(base, after(base, landed.added(), commitId), landed, backfillId, batch);
                } else {
                    replace(base, commitId, landed, backfillId, batch);
                }
                return Outcome.COMMITTED;
            } catch (CommitFailedException | ValidationException | CommitStateUnknownException e) {
                lost++;
                LOG.info(
                        "A backfill's commit lost to another one: table={}, backfill={}, batch={}, lost={}, reason={}",
                        table.name(),
                        backfillId,
                        batch,
                        lost,
                        e.getMessage());
                if (!yield.to(lost)) {
                    throw new SluiceException(
                            e instanceof CommitStateUnknownException
                                    ? ErrorCode.COMMIT_UNKNOWN
                                    : ErrorCode.COMMIT_CONFLICT,
                            "[%s] Cannot commit batch %s of backfill %s: %s"
                                    .formatted(table.name(), batch, backfillId, e.getMessage()),
                            e);
                }
            }
        }
    }

    /** Whether the table holds nothing of what is new, and still misses the rows that are put back. */
    private boolean isFree(Ledger ledger, List<LandedStretch> stretches) {
        for (LandedStretch stretch : stretches) {
            boolean there = stretch.isRepair()
                    ? anyRow(stretch)
                    : !ledger.held(stretch.range()).isEmpty();
            if (there) {
                return false;
            }
        }
        return true;
    }

    private boolean anyRow(LandedStretch stretch) {
        HeldOffsets held = HeldOffsets.in(table, stretch.range());
        return stretch.putBack().stream().anyMatch(held::contains);
    }

    private static Ledger after(Ledger base, List<LandedStretch> stretches, String commitId) {
        Ledger after = base;
        for (LandedStretch stretch : stretches) {
            if (!stretch.isRepair()) {
                after = after.backfilled(stretch.range(), stretch.counts());
            }
        }
        return after.stamped(commitId, base.announcementOffset(), base.epoch());
    }

    private void append(Ledger base, Ledger after, LandedBatch landed, String backfillId, String batch) {
        Transaction transaction = table.newTransaction();
        AppendFiles append = transaction.newAppend();
        landed.files().forEach(append::appendFile);
        append.set(BACKFILL_ID, backfillId).set(BACKFILL_BATCH, batch);
        TableLedger.stamp(table, append, base, after).commit();
        TableLedger.mirror(transaction, after);
        transaction.commitTransaction();
    }

    private void replace(Ledger base, String commitId, LandedBatch landed, String backfillId, String batch) {
        ReplacedRows replaced = ReplacedRows.find(table, landed.overwritten(), commitId + "-" + UUID.randomUUID());
        try {
            Ledger after = replaced.after(after(base, landed.added(), commitId));
            Transaction transaction = table.newTransaction();
            RowDelta delta = replaced.in(transaction.newRowDelta());
            landed.files().forEach(delta::addRows);
            delta.set(BACKFILL_ID, backfillId).set(BACKFILL_BATCH, batch);
            TableLedger.stamp(table, delta, base, after).commit();
            TableLedger.mirror(transaction, after);
            transaction.commitTransaction();
        } catch (CommitFailedException | ValidationException e) {
            replaced.discard();
            throw e;
        }
    }

    private boolean carries(String commitId) {
        for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
            if (commitId.equals(snapshot.summary().get(TableLedger.BATCH_ID))) {
                return true;
            }
        }
        return false;
    }

    private void discard(LandedBatch landed) {
        for (DataFile file : landed.files()) {
            try {
                table.io().deleteFile(file.location());
            } catch (RuntimeException e) {
                leftBehind(file.location(), e);
            }
        }
    }

    /** An orphan, which maintenance sweeps. */
    static void leftBehind(String file, RuntimeException reason) {
        LOG.debug("Left a file of a lost commit: file={}", file, reason);
    }
}
