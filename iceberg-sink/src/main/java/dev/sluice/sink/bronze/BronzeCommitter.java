package dev.sluice.sink.bronze;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.fault.TablePoint;
import dev.sluice.sink.ledger.Ledger;
import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.ledger.Placement;
import dev.sluice.sink.ledger.RangeCounts;
import dev.sluice.sink.ledger.TableLedger;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;

/**
 * Appends announced data files to a bronze table, each range exactly once. The table's own ledger decides what is new,
 * so it does not matter how often a batch is offered, by whom, or whether an earlier attempt went through unnoticed.
 */
public final class BronzeCommitter {
    private final Table table;
    private final TableFaults faults;

    public BronzeCommitter(Table table) {
        this(table, TableFaults.none());
    }

    public BronzeCommitter(Table table, TableFaults faults) {
        this.table = table;
        this.faults = faults;
    }

    /**
     * Commits the batches, in the order given, as one snapshot; nothing when the table holds them all.
     *
     * @param epoch the leader's epoch, for the stamp
     * @throws SluiceException {@code LEDGER_GAP} and {@code SOURCE_RECREATED} from {@link Ledger#place},
     *     {@code COMMIT_CONFLICT} when another leader committed first (call again to see what is left),
     *     {@code COMMIT_UNKNOWN} when the catalog did not say and the stamp is not there
     */
    public BronzeCommit commit(List<BronzeBatch> batches, long epoch) {
        table.refresh();
        Ledger base = TableLedger.read(table);
        Ledger after = base;
        RangeCounts counts = RangeCounts.NONE;
        List<OffsetRange> appended = new ArrayList<>();
        List<OffsetRange> duplicates = new ArrayList<>();
        List<DataFile> files = new ArrayList<>();
        long lastAnnouncement = base.announcementOffset();
        for (BronzeBatch batch : batches) {
            lastAnnouncement = Math.max(lastAnnouncement, batch.announcementOffset());
            if (after.place(batch.range()) == Placement.DUPLICATE) {
                duplicates.add(batch.range());
                continue;
            }
            after = after.advanced(batch.range(), batch.counts());
            counts = counts.plus(batch.counts());
            appended.add(batch.range());
            files.addAll(batch.files());
        }
        if (appended.isEmpty()) {
            return new BronzeCommit(-1, appended, counts, 0, duplicates, base);
        }
        Ledger stamped = after.stamped(UUID.randomUUID().toString(), lastAnnouncement, epoch);
        long snapshotId = append(base, stamped, files);
        return new BronzeCommit(snapshotId, appended, counts, files.size(), duplicates, stamped);
    }

    private long append(Ledger base, Ledger after, List<DataFile> files) {
        try {
            Transaction transaction = table.newTransaction();
            AppendFiles append = transaction.newAppend();
            files.forEach(append::appendFile);
            TableLedger.stamp(table, append, base, after).commit();
            TableLedger.mirror(transaction, after);
            faults.pass(TablePoint.COMMIT_STAGED, table.name());
            transaction.commitTransaction();
            faults.pass(TablePoint.COMMITTED, table.name());
        } catch (CommitStateUnknownException e) {
            resolveUnknown(after, e);
        } catch (CommitFailedException | ValidationException e) {
            throw new SluiceException(
                    ErrorCode.COMMIT_CONFLICT,
                    "[%s] Cannot commit batch %s: %s".formatted(table.name(), after.batchId(), e.getMessage()),
                    e);
        }
        table.refresh();
        return table.currentSnapshot().snapshotId();
    }

    private void resolveUnknown(Ledger after, CommitStateUnknownException unknown) {
        faults.pass(TablePoint.OUTCOME_UNKNOWN, table.name());
        table.refresh();
        if (!TableLedger.newestBatchIs(table, after.batchId())) {
            throw new SluiceException(
                    ErrorCode.COMMIT_UNKNOWN,
                    "[%s] Cannot tell whether batch %s was committed: the catalog did not answer (%s), and the table does not carry its stamp. It is safe to try again."
                            .formatted(table.name(), after.batchId(), unknown.getMessage()),
                    unknown);
        }
    }
}
