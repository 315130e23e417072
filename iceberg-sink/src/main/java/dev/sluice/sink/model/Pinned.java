package dev.sluice.sink.model;

import dev.sluice.sink.merge.Changes;
import dev.sluice.sink.merge.Stamp;
import dev.sluice.sink.model.ModelRun.Advance;
import dev.sluice.sink.quality.TestHistory;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/** What one attempt at one run of a model reads and writes: every table as it was when the attempt began. */
public final class Pinned {
    private final Model model;
    private final String runId;
    private final int number;
    private final Table target;
    private final Optional<Table> companion;
    private final Map<String, Table> upstream;
    private final Optional<Stamp> previous;
    private final Checks checks;
    private final Runnable beforeCommit;

    /**
     * What the tests of an attempt need.
     *
     * @param tables other tables that tests compare with
     * @param rejected makes or finds the table of the rows that the tests keep out
     */
    public record Checks(Map<String, Table> tables, TestHistory history, Supplier<Table> rejected, Instant now) {
        public Checks {
            tables = Map.copyOf(tables);
        }
    }

    Pinned(
            Model model,
            String runId,
            int number,
            Table target,
            Optional<Table> companion,
            Map<String, Table> upstream,
            Checks checks,
            Runnable beforeCommit) {
        this.model = model;
        this.runId = runId;
        this.number = number;
        this.target = target;
        this.companion = companion;
        this.upstream = new LinkedHashMap<>(upstream);
        this.previous = Stamp.of(target);
        this.checks = checks;
        this.beforeCommit = beforeCommit;
    }

    public Model model() {
        return model;
    }

    public String runId() {
        return runId;
    }

    /** Names what the attempt writes; never used twice. */
    public String attemptId() {
        return runId + "-" + number;
    }

    /** The model's table. */
    public Table target() {
        return target;
    }

    /** The table of the keys that were deleted for good; empty when the model deletes none. */
    public Optional<Table> companion() {
        return companion;
    }

    /** The table of a ref; null when there is none yet. */
    public @Nullable Table table(Ref ref) {
        return upstream.get(ref.name());
    }

    public Checks checks() {
        return checks;
    }

    /** Runs when everything is decided and nothing committed. */
    public void beforeCommit() {
        beforeCommit.run();
    }

    /** Whether the run's stamp is in the table already: an earlier attempt was committed after all. */
    boolean isDone() {
        return previous.filter(stamp -> stamp.runId().equals(runId)).isPresent();
    }

    /** Whether there is nothing that the table has not consumed. */
    boolean isUpToDate() {
        if (model.incremental() == Incremental.FULL) {
            return holdsCurrentRows();
        }
        Long now = current().get(model.driver().name());
        boolean driverStands =
                now == null || now.equals(consumed(model.driver().name()).orElse(null));
        return driverStands && (now == null || model.lookback().isEmpty() || holdsCurrentRows());
    }

    /** Whether every ref has the rows that were consumed; a compaction is no reason to compute everything again. */
    private boolean holdsCurrentRows() {
        Map<String, Long> then = previous.map(Stamp::upstream).orElse(Map.of());
        if (!then.keySet().equals(current().keySet())) {
            return false;
        }
        return upstream.entrySet().stream().allMatch(ref -> {
            Long from = then.get(ref.getKey());
            Snapshot now = ref.getValue().currentSnapshot();
            return now == null || (from != null && Changes.none(ref.getValue(), from, now));
        });
    }

    /** How far the attempt goes, per ref that has a snapshot. */
    Map<String, Advance> advances() {
        Map<String, Advance> advances = new LinkedHashMap<>();
        current().forEach((ref, to) -> advances.put(ref, new Advance(consumed(ref), to)));
        return advances;
    }

    /** The table's rows as it is now. */
    public long liveRows() {
        return AuditInputs.liveRows(target.currentSnapshot());
    }

    /** What the driving ref gained and lost since the table's stamp; empty when that cannot be told. */
    public Optional<Changes> changes() {
        Table driver = table(model.driver());
        Snapshot now = driver == null ? null : driver.currentSnapshot();
        if (driver == null || now == null) {
            return Optional.empty();
        }
        return consumed(model.driver().name())
                .flatMap(from -> model.lookback()
                        .map(lookback -> Lookback.changes(driver, from, now, lookback))
                        .orElseGet(() -> Changes.between(driver, from, now)));
    }

    /** Whether the table must be made anew when the changes cannot be told: what is gone upstream would stay. */
    public boolean losesWithoutChanges() {
        return model.incremental() == Incremental.AFFECTED_KEYS || (model.followsKeys() && previous.isPresent());
    }

    /** The snapshot of a ref that the table has consumed. */
    public Optional<Long> consumed(String ref) {
        return previous.flatMap(stamp -> Optional.ofNullable(stamp.upstream().get(ref)));
    }

    /** The stamp of a run that consumes what is pinned. */
    public Stamp stamp() {
        return new Stamp(model.name(), runId, current());
    }

    /** The stamp of a run that consumes nothing new. */
    public Stamp unmoved() {
        return new Stamp(model.name(), runId, previous.map(Stamp::upstream).orElse(Map.of()));
    }

    private Map<String, Long> current() {
        Map<String, Long> current = new LinkedHashMap<>();
        upstream.forEach((ref, table) -> {
            Snapshot snapshot = table.currentSnapshot();
            if (snapshot != null) {
                current.put(ref, snapshot.snapshotId());
            }
        });
        return current;
    }
}
