package dev.sluice.sink.merge;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.fault.TablePoint;
import java.util.List;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.UpdateProperties;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.util.SnapshotUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends files to a table together with a stamp that says what they were made from, on top of the stamp that the table
 * had when this was made. Other stamps of the table, such as a ledger, stay as they are.
 */
public final class StampedAppend {
    private static final Logger LOG = LoggerFactory.getLogger(StampedAppend.class);

    private final Table table;
    private final TableFaults faults;
    private final StampGuard guard;

    /** Pins the table's newest stamp. */
    public StampedAppend(Table table, TableFaults faults) {
        this.table = table;
        this.faults = faults;
        this.guard = new StampGuard(Stamp.newest(SnapshotUtil.currentAncestors(table)));
    }

    /**
     * Commits the files and the stamp as one snapshot; the stamp alone when there are no files.
     *
     * @throws SluiceException {@code COMMIT_CONFLICT} when somebody else's stamp is newer, and the files are deleted;
     *     {@code COMMIT_UNKNOWN} when the catalog did not say and the stamp is not there
     */
    public void commit(Stamp stamp, List<DataFile> files) {
        faults.pass(TablePoint.FILES_WRITTEN, table.name());
        try {
            Transaction transaction = table.newTransaction();
            AppendFiles append = files.isEmpty() ? transaction.newFastAppend() : transaction.newAppend();
            files.forEach(append::appendFile);
            stamp.entries().forEach(append::set);
            append.validateWith(guard);
            append.commit();
            UpdateProperties properties = transaction.updateProperties();
            stamp.entries().forEach(properties::set);
            properties.commit();
            faults.pass(TablePoint.COMMIT_STAGED, table.name());
            transaction.commitTransaction();
            faults.pass(TablePoint.COMMITTED, table.name());
        } catch (ValidationException | CommitFailedException e) {
            discard(files);
            throw new SluiceException(
                    ErrorCode.COMMIT_CONFLICT,
                    "[%s] Cannot commit run %s: %s".formatted(table.name(), stamp.runId(), e.getMessage()),
                    e);
        } catch (CommitStateUnknownException e) {
            faults.pass(TablePoint.OUTCOME_UNKNOWN, table.name());
            table.refresh();
            if (!isCommitted(stamp)) {
                throw new SluiceException(
                        ErrorCode.COMMIT_UNKNOWN,
                        "[%s] Cannot tell whether run %s was committed: the catalog did not answer (%s), and the table does not carry its stamp. It is safe to try again."
                                .formatted(table.name(), stamp.runId(), e.getMessage()),
                        e);
            }
        }
    }

    private boolean isCommitted(Stamp stamp) {
        return Stamp.inHistory(table)
                .filter(newest -> newest.runId().equals(stamp.runId()))
                .isPresent();
    }

    private void discard(List<DataFile> files) {
        for (DataFile file : files) {
            try {
                table.io().deleteFile(file.location());
            } catch (RuntimeException e) {
                // An orphan; maintenance sweeps it.
                LOG.debug("Left a file of a lost commit: file={}", file.location(), e);
            }
        }
    }
}
