package dev.sluice.sink.merge;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.fault.TablePoint;
import java.util.function.Function;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.UpdateProperties;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.util.SnapshotUtil;

/** Commits to a table together with a run's stamp, and only on top of the stamp that the table had at the beginning. */
public final class StampedCommit {
    private final Table table;
    private final StampGuard guard;
    private final TableFaults faults;

    /** Pins the table's stamp. */
    public StampedCommit(Table table, TableFaults faults) {
        this.table = table;
        this.guard = new StampGuard(Stamp.newest(SnapshotUtil.currentAncestors(table)));
        this.faults = faults;
    }

    /**
     * Stamps rows that another snapshot brought in.
     *
     * @param counts what that snapshot did
     * @param merged that snapshot
     */
    public Snapshot stamp(Stamp stamp, MergeCounts counts, Snapshot merged) {
        return commit(
                stamp,
                0,
                transaction -> transaction
                        .newFastAppend()
                        .set(Stamp.MERGED, Long.toString(merged.snapshotId()))
                        .set(Stamp.MERGED_DELETED_KEYS, Long.toString(counts.deleted())),
                () -> {});
    }

    /** Stamps a table whose rows are as the run would make them. */
    public Snapshot stamp(Stamp stamp) {
        return commit(stamp, 0, Transaction::newFastAppend, () -> {});
    }

    /**
     * Commits an operation.
     *
     * @param deletedKeys how many keys it takes out of the table without a row in their place
     * @param discard deletes the files of an operation that was not committed
     * @throws SluiceException COMMIT_CONFLICT when somebody else was faster, COMMIT_UNKNOWN when the catalog did not
     *     say
     */
    Snapshot commit(
            Stamp stamp, long deletedKeys, Function<Transaction, SnapshotUpdate<?>> operation, Runnable discard) {
        try {
            Transaction transaction = table.newTransaction();
            SnapshotUpdate<?> update = operation.apply(transaction);
            stamp.entries().forEach(update::set);
            update.set(Stamp.DELETED_KEYS, Long.toString(deletedKeys));
            update.validateWith(guard);
            update.commit();
            UpdateProperties properties = transaction.updateProperties();
            stamp.entries().forEach(properties::set);
            properties.commit();
            faults.pass(TablePoint.COMMIT_STAGED, table.name());
            transaction.commitTransaction();
            faults.pass(TablePoint.COMMITTED, table.name());
        } catch (ValidationException | CommitFailedException e) {
            discard.run();
            throw new SluiceException(
                    ErrorCode.COMMIT_CONFLICT,
                    "[%s] Cannot commit run %s: %s".formatted(table.name(), stamp.runId(), e.getMessage()),
                    e);
        } catch (CommitStateUnknownException e) {
            faults.pass(TablePoint.OUTCOME_UNKNOWN, table.name());
            throw new SluiceException(
                    ErrorCode.COMMIT_UNKNOWN,
                    "[%s] Cannot tell whether run %s was committed: %s"
                            .formatted(table.name(), stamp.runId(), e.getMessage()),
                    e);
        }
        table.refresh();
        return committed(stamp);
    }

    private Snapshot committed(Stamp stamp) {
        for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
            if (stamp.runId().equals(snapshot.summary().get(Stamp.RUN_ID))) {
                return snapshot;
            }
        }
        throw new SluiceException(
                ErrorCode.COMMIT_UNKNOWN,
                "[%s] Cannot find run %s after its commit: its stamp is not in the table's history"
                        .formatted(table.name(), stamp.runId()));
    }
}
