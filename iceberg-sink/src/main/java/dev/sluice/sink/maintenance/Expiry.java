package dev.sluice.sink.maintenance;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.fault.TablePoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.util.SnapshotUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Expires old snapshots and deletes the files that only they had. What stays is one unbroken stretch of the main
 * branch: everything young enough, the newest few, the last snapshot with a stamp of each kind, and all that anybody
 * holds. Branches and tags stay.
 */
public final class Expiry {
    private static final Logger LOG = LoggerFactory.getLogger(Expiry.class);
    private static final int METADATA_FILES = 20;

    private final Table table;
    private final TableFaults faults;

    public Expiry(Table table, TableFaults faults) {
        this.table = table;
        this.faults = faults;
    }

    /**
     * What was done.
     *
     * @param snapshots expired
     * @param files deleted
     */
    public record Result(int snapshots, int files) {
        static final Result NONE = new Result(0, 0);
    }

    /**
     * Decides which snapshots go.
     *
     * @throws SluiceException {@code STAMP_MISSING} for a table that was rolled back behind our back
     */
    public ExpiryPlan plan(Budget budget, Collection<Hold> holds, Instant now) {
        CarriedStamp.refuseContradiction(table);
        List<Snapshot> main = new ArrayList<>();
        SnapshotUtil.currentAncestors(table).forEach(main::add);
        int snapshots = count(table.snapshots());
        if (main.isEmpty()) {
            return new ExpiryPlan(table.name(), snapshots, List.of(), 0, Instant.EPOCH, Optional.empty());
        }
        int byAge =
                Math.max(Math.min(budget.minSnapshots(), main.size()), young(main, now.minus(budget.snapshotAge())));
        int kept = Math.max(byAge, CarriedStamp.reach(main));
        Optional<String> keptFor = Optional.empty();
        for (Hold hold : holds) {
            int needed = needed(main, hold);
            if (needed > kept) {
                kept = needed;
                keptFor = Optional.of(hold.holder());
            }
        }
        Instant olderThan = Instant.ofEpochMilli(main.subList(0, kept).stream()
                .mapToLong(Snapshot::timestampMillis)
                .min()
                .orElseThrow());
        List<Long> expired = expire(kept, olderThan).apply().stream()
                .map(Snapshot::snapshotId)
                .toList();
        Set<Long> lost = new HashSet<>(expired);
        if (main.subList(0, kept).stream().anyMatch(snapshot -> lost.contains(snapshot.snapshotId()))) {
            // The branch itself has a shorter retention; its owner must change it before we may expire anything.
            return new ExpiryPlan(
                    table.name(),
                    snapshots,
                    List.of(),
                    kept,
                    olderThan,
                    Optional.of("the retention set on branch main"));
        }
        return new ExpiryPlan(table.name(), snapshots, expired, kept, olderThan, keptFor);
    }

    /**
     * Expires what a plan says. Commits of others in between do no harm: they only make the table's end longer.
     *
     * @throws SluiceException {@code COMMIT_CONFLICT}, {@code COMMIT_UNKNOWN}
     */
    public Result run(ExpiryPlan plan) {
        limitMetadata();
        if (plan.isEmpty()) {
            return Result.NONE;
        }
        faults.pass(TablePoint.EXPIRY_PLANNED, table.name());
        Collection<String> unreferenced = new ConcurrentLinkedQueue<>();
        try {
            // A named snapshot makes Iceberg compare what is reachable before and after. Its other way takes a file for
            // unused once one entry of it was deleted, and a Puffin file holds the vectors of several data files.
            expire(plan.retained(), plan.olderThan())
                    .expireSnapshotId(plan.expired().get(0))
                    .deleteWith(unreferenced::add)
                    .commit();
        } catch (CommitFailedException | IllegalArgumentException e) {
            // The latter when somebody has just given the named snapshot a tag.
            throw new SluiceException(
                    ErrorCode.COMMIT_CONFLICT,
                    "[%s] Cannot expire snapshots: %s".formatted(table.name(), e.getMessage()),
                    e);
        } catch (CommitStateUnknownException e) {
            // If they are expired, their files are orphans from now on.
            throw new SluiceException(
                    ErrorCode.COMMIT_UNKNOWN,
                    "[%s] Cannot tell whether snapshots were expired: %s".formatted(table.name(), e.getMessage()),
                    e);
        }
        faults.pass(TablePoint.SNAPSHOTS_EXPIRED, table.name());
        int deleted = DeletedFiles.delete(table.io(), table.name(), unreferenced);
        table.refresh();
        LOG.info(
                "Expired snapshots: table={}, snapshots={}, files={}",
                table.name(),
                plan.expired().size(),
                deleted);
        return new Result(plan.expired().size(), deleted);
    }

    private ExpireSnapshots expire(int retained, Instant olderThan) {
        return table.expireSnapshots().expireOlderThan(olderThan.toEpochMilli()).retainLast(retained);
    }

    /** Every commit writes a metadata file; without a limit they are never deleted. */
    private void limitMetadata() {
        if (!table.properties().containsKey(TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED)) {
            table.updateProperties()
                    .set(TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED, "true")
                    .set(TableProperties.METADATA_PREVIOUS_VERSIONS_MAX, Integer.toString(METADATA_FILES))
                    .commit();
        }
    }

    private static int young(List<Snapshot> main, Instant limit) {
        int young = 0;
        while (young < main.size()
                && !Instant.ofEpochMilli(main.get(young).timestampMillis()).isBefore(limit)) {
            young++;
        }
        return young;
    }

    /** A snapshot that is there and not on the main branch was rolled back: its holder may need any of the others. */
    private int needed(List<Snapshot> main, Hold hold) {
        if (hold.snapshotId().isEmpty()) {
            return main.size();
        }
        long id = hold.snapshotId().getAsLong();
        for (int i = 0; i < main.size(); i++) {
            if (main.get(i).snapshotId() == id) {
                return i + 1;
            }
        }
        return table.snapshot(id) == null ? 0 : main.size();
    }

    private static int count(Iterable<Snapshot> snapshots) {
        int count = 0;
        for (Snapshot snapshot : snapshots) {
            count += snapshot.snapshotId() == 0 ? 0 : 1;
        }
        return count;
    }
}
