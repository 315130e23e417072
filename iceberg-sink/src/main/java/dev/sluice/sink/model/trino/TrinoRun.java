package dev.sluice.sink.model.trino;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.duck.SqlText;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.fault.TablePoint;
import dev.sluice.sink.merge.MergeColumn;
import dev.sluice.sink.merge.MergeCounts;
import dev.sluice.sink.merge.MergeSpec;
import dev.sluice.sink.merge.Stamp;
import dev.sluice.sink.merge.StampedCommit;
import dev.sluice.sink.merge.TableMerge;
import dev.sluice.sink.model.Attempt;
import dev.sluice.sink.model.AuditRefused;
import dev.sluice.sink.model.Model;
import dev.sluice.sink.model.ModelRun;
import dev.sluice.sink.model.Pinned;
import dev.sluice.sink.quality.QualityTest;
import dev.sluice.sink.quality.TableAudit;
import dev.sluice.sink.quality.TestResult;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * One run on a cluster: the model's rows are staged and tested, what becomes of each key is decided and staged, the
 * table's tests look at what would come out, then the MERGE does it, and then the table is stamped. To merge the same
 * again changes nothing, so a run that dies before its stamp is simply run again.
 */
final class TrinoRun {
    private static final String DECIDED = "decided";
    private static final String WRITES = "('insert', 'update', 'late')";

    private final TrinoSession session;
    private final Staging staging;
    private final Pinned pinned;
    private final Model model;
    private final TableFaults faults;
    private final StampedCommit commit;
    private final TrinoRelation there;
    private final OptionalLong snapshot;

    TrinoRun(TrinoSession session, Staging staging, Pinned pinned, TableFaults faults) {
        this.session = session;
        this.staging = staging;
        this.pinned = pinned;
        this.model = pinned.model();
        this.faults = faults;
        this.commit = new StampedCommit(pinned.target(), faults);
        this.there =
                new TrinoRelation(model.name(), pinned.target(), model.merge().plainColumns());
        Snapshot now = pinned.target().currentSnapshot();
        this.snapshot = now == null ? OptionalLong.empty() : OptionalLong.of(now.snapshotId());
    }

    /**
     * Merges what the model makes of its inputs.
     *
     * @param affected a relation of keys; those without a row are deleted
     */
    Attempt.Result merge(ModelRun.Kind kind, MergeSpec spec, TrinoInputs inputs, Optional<String> affected, Stamp stamp)
            throws SQLException {
        MergeSql merge = new MergeSql(spec);
        StagedBatch batch = new StagedBatch(session, staging, pinned, inputs);
        String folded = merge.folded(batch.live());
        List<String> gone = new ArrayList<>(batch.deletedKeys());
        affected.ifPresent(keys -> gone.add("SELECT * FROM " + keys));
        staging.create(DECIDED, merge.merged(folded, there.current(), keys(gone)));
        String written = "SELECT %s FROM %s WHERE %s IN %s"
                .formatted(merge.columns(), staging.path(DECIDED), MergeSql.ACTION, WRITES);
        String kept = TrinoInputs.without(
                there.current(),
                "SELECT * FROM %s WHERE %s IN ('insert', 'update', 'late', 'delete')"
                        .formatted(staging.path(DECIDED), MergeSql.ACTION),
                spec.key());
        return publish(kind, merge, batch, inputs, stamp, written, written + " UNION ALL " + kept);
    }

    /** Makes the table hold what the model makes of its inputs, and nothing else. */
    Attempt.Result replace(TrinoInputs inputs) throws SQLException {
        MergeSql merge = new MergeSql(model.merge());
        StagedBatch batch = new StagedBatch(session, staging, pinned, inputs);
        staging.create(DECIDED, merge.replaced(merge.folded(batch.live()), there.current()));
        String all = "SELECT %s FROM %s WHERE %s <> 'delete'"
                .formatted(merge.columns(), staging.path(DECIDED), MergeSql.ACTION);
        return publish(ModelRun.Kind.REBUILD, merge, batch, inputs, pinned.stamp(), all, all);
    }

    private Attempt.Result publish(
            ModelRun.Kind kind,
            MergeSql merge,
            StagedBatch batch,
            TrinoInputs inputs,
            Stamp stamp,
            String written,
            String after)
            throws SQLException {
        MergeCounts counts = counts(batch.buried());
        List<TestResult> results = new ArrayList<>(batch.results());
        long rowsAfter = pinned.liveRows() + counts.inserted() - counts.deleted();
        TrinoScope scope = new TrinoScope(
                session, pinned, Optional.of(new TrinoScope.Planned(written, after, inputs.driver(), rowsAfter)));
        List<QualityTest> gates =
                model.tests().stream().filter(QualityTest::gates).toList();
        results.addAll(
                new TableAudit(scope, model.name(), scope, pinned.checks().history()).run(gates));
        if (results.stream().anyMatch(TestResult::blocks)) {
            throw new AuditRefused(results);
        }
        pinned.beforeCommit();
        faults.pass(TablePoint.FILES_WRITTEN, model.name());
        Snapshot stamped;
        long bytesWritten = 0;
        if (counts.changesRows()) {
            Snapshot merged = apply(merge);
            bytesWritten = Long.parseLong(merged.summary().getOrDefault("added-files-size", "0"));
            faults.pass(TablePoint.MERGED, model.name());
            stamped = commit.stamp(stamp, counts, merged);
        } else {
            stamped = commit.stamp(stamp);
        }
        return new Attempt.Result(
                kind,
                batch.rows(),
                batch.rejected(),
                new TableMerge.Outcome(counts, stamped.snapshotId(), 0, 0, bytesWritten),
                session.rowsRead(),
                session.bytesRead(),
                List.copyOf(results));
    }

    private MergeCounts counts(long buried) {
        Map<String, Long> actions = new HashMap<>();
        session.rows("SELECT %1$s, count(*) FROM %2$s GROUP BY %1$s".formatted(MergeSql.ACTION, staging.path(DECIDED)))
                .forEach(row -> actions.put(
                        String.valueOf(row.get(0)), row.get(1) instanceof Number number ? number.longValue() : 0L));
        return new MergeCounts(
                actions.getOrDefault("insert", 0L),
                actions.getOrDefault("update", 0L) + actions.getOrDefault("late", 0L),
                actions.getOrDefault("unchanged", 0L),
                actions.getOrDefault("stale", 0L) + buried,
                actions.getOrDefault("delete", 0L));
    }

    /** Does what was decided; returns the snapshot that it made. */
    private Snapshot apply(MergeSql merge) {
        String path = SqlText.path(model.name());
        String refs = SqlText.path(model.name() + "$refs");
        if (session.change(pinned.target(), merge.apply(path, refs, snapshot, staging.path(DECIDED))) == 0) {
            throw conflict("another writer was faster");
        }
        pinned.target().refresh();
        for (Snapshot one : SnapshotUtil.currentAncestors(pinned.target())) {
            Long parent = one.parentId();
            if (parent == null ? snapshot.isEmpty() : snapshot.equals(OptionalLong.of(parent))) {
                return one;
            }
        }
        throw conflict("the snapshot that it made is not in the table's history");
    }

    private SluiceException conflict(String reason) {
        return new SluiceException(
                ErrorCode.COMMIT_CONFLICT,
                "[%s] Cannot merge run %s: %s".formatted(model.name(), pinned.runId(), reason));
    }

    private String keys(List<String> relations) {
        if (relations.isEmpty()) {
            return new TrinoRelation(
                            "",
                            null,
                            model.merge().keyColumns().stream()
                                    .map(MergeColumn::plain)
                                    .toList())
                    .nothing();
        }
        return SqlText.join(relations, " UNION ALL ", keys -> keys);
    }
}
