package dev.sluice.sink.maintenance;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.fault.TablePoint;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out a plan: one commit per group, which changes no row. A group whose files another writer changed meanwhile
 * is given up, and its new files are deleted; whoever changes rows always comes first.
 */
public final class Compaction {
    static final String STEP = "compaction";

    private static final Logger LOG = LoggerFactory.getLogger(Compaction.class);
    private static final int ATTEMPTS = 20;

    private final Table table;
    private final GroupRewriter rewriter;
    private final TableFaults faults;

    public Compaction(Table table, GroupRewriter rewriter, TableFaults faults) {
        this.table = table;
        this.rewriter = rewriter;
        this.faults = faults;
    }

    /**
     * What was done.
     *
     * @param commits groups that were rewritten
     * @param conflicts groups that were given up because of another writer
     * @param filesRemoved data files that the table no longer has
     * @param filesAdded data files in their place
     * @param rowsDropped deleted rows that are gone from the files
     * @param bytesRead size of the data files that were read
     */
    public record Result(
            int commits, int conflicts, long filesRemoved, long filesAdded, long rowsDropped, long bytesRead) {
        static final Result NONE = new Result(0, 0, 0, 0, 0, 0);

        /** Both together. */
        public Result plus(Result other) {
            return new Result(
                    commits + other.commits,
                    conflicts + other.conflicts,
                    filesRemoved + other.filesRemoved,
                    filesAdded + other.filesAdded,
                    rowsDropped + other.rowsDropped,
                    bytesRead + other.bytesRead);
        }
    }

    /**
     * Rewrites the groups of a plan, in order.
     *
     * @param goesOn asked before each group; when it answers no, the rest is left for another time
     * @throws SluiceException {@code STORAGE_FAILED}; {@code COMMIT_UNKNOWN} when the catalog did not say
     */
    public Result run(CompactionPlan plan, BooleanSupplier goesOn) {
        Result result = Result.NONE;
        for (FileGroup group : plan.groups()) {
            if (!goesOn.getAsBoolean()) {
                break;
            }
            result = result.plus(rewrite(plan.snapshotId(), group));
        }
        return result;
    }

    private Result rewrite(long from, FileGroup group) {
        String id = UUID.randomUUID().toString();
        List<DataFile> added = rewriter.rewrite(table, group, "compacted-" + id);
        faults.pass(TablePoint.COMPACTION_WRITTEN, table.name());
        boolean committed = commit(from, group, added, id);
        if (!committed) {
            discard(added);
            return new Result(0, 1, 0, 0, 0, group.bytes());
        }
        faults.pass(TablePoint.COMPACTED, table.name());
        LOG.info(
                "Compacted: table={}, place={}, files={}, into={}, rowsDropped={}",
                table.name(),
                group.place(),
                group.files().size(),
                added.size(),
                group.deletedRows());
        return new Result(1, 0, group.files().size(), added.size(), group.deletedRows(), group.bytes());
    }

    /** False when the group's files are no longer as they were read. */
    private boolean commit(long from, FileGroup group, List<DataFile> added, String id) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            table.refresh();
            if (CarriedStamp.isCommitted(table, id)) {
                return true;
            }
            CarriedStamp stamp = CarriedStamp.of(table);
            try {
                RewriteFiles rewrite = table.newRewrite().validateFromSnapshot(from);
                group.files().forEach(live -> rewrite.deleteFile(live.file()));
                group.ownDeletes().forEach(rewrite::deleteFile);
                added.forEach(rewrite::addFile);
                stamp.on(rewrite, STEP, id).commit();
                return true;
            } catch (ValidationException e) {
                if (!stamp.isOvertaken()) {
                    LOG.info(
                            "Gave up a group that changed meanwhile: table={}, reason={}",
                            table.name(),
                            e.getMessage());
                    return false;
                }
            } catch (CommitFailedException e) {
                LOG.debug("A compaction lost to other commits, trying again: table={}", table.name(), e);
            } catch (CommitStateUnknownException e) {
                table.refresh();
                if (CarriedStamp.isCommitted(table, id)) {
                    return true;
                }
                // The new files stay: the commit may still appear.
                throw new SluiceException(
                        ErrorCode.COMMIT_UNKNOWN,
                        "[%s] Cannot tell whether compaction %s was committed: %s"
                                .formatted(table.name(), id, e.getMessage()),
                        e);
            }
        }
        return false;
    }

    private void discard(List<DataFile> added) {
        table.refresh();
        for (DataFile file : added) {
            try {
                table.io().deleteFile(file.location());
            } catch (RuntimeException e) {
                LOG.debug("Left a file of a compaction that was given up: file={}", file.location(), e);
            }
        }
    }
}
