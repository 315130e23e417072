package dev.sluice.sink.backfill;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.ledger.Ledger;
import dev.sluice.sink.ledger.TableLedger;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
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
     * Commits all stretches as one snapshot. The files of a commit that was overtaken are deleted.
     *
     * @throws SluiceException {@code SOURCE_RECREATED}; {@code COMMIT_CONFLICT} or {@code COMMIT_UNKNOWN} when the
     *     yield gave up
     */
    public Outcome commit(String backfillId, int batch, List<LandedStretch> stretches) {
        String commitId = UUID.randomUUID().toString();
        for (int lost = 0; ; ) {
            table.refresh();
            if (carries(commitId)) {
                return Outcome.COMMITTED;
            }
            Ledger base = TableLedger.read(table);
            if (!isFree(base, stretches)) {
                discard(stretches);
                return Outcome.OVERTAKEN;
            }
            try {
                append(base, after(base, stretches, commitId), stretches, backfillId, batch);
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
                            "[%s] Cannot commit batch %d of backfill %s: %s"
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

    private void append(Ledger base, Ledger after, List<LandedStretch> stretches, String backfillId, int batch) {
        Transaction transaction = table.newTransaction();
        AppendFiles append = transaction.newAppend();
        stretches.forEach(stretch -> stretch.files().forEach(append::appendFile));
        append.set(BACKFILL_ID, backfillId).set(BACKFILL_BATCH, Integer.toString(batch));
        TableLedger.stamp(table, append, base, after).commit();
        TableLedger.mirror(transaction, after);
        transaction.commitTransaction();
    }

    private boolean carries(String commitId) {
        for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
            if (commitId.equals(snapshot.summary().get(TableLedger.BATCH_ID))) {
                return true;
            }
        }
        return false;
    }

    private void discard(List<LandedStretch> stretches) {
        for (LandedStretch stretch : stretches) {
            for (DataFile file : stretch.files()) {
                try {
                    table.io().deleteFile(file.location());
                } catch (RuntimeException e) {
                    LOG.debug("Left a file of a commit that was overtaken: file={}", file.location(), e);
                }
            }
        }
    }
}
