package dev.sluice.sink.maintenance;

import dev.sluice.sink.maintenance.TableMaintenance.Visit;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Visits the tables in turn, at an interval, a bounded amount of work at a time: what one round does not get to, the
 * next one begins with. A table that fails is left for the next turn and keeps no other from being visited. Used by one
 * thread.
 */
public final class MaintenanceRounds {
    private static final Logger LOG = LoggerFactory.getLogger(MaintenanceRounds.class);

    private final Catalog catalog;
    private final Supplier<List<MaintainedTable>> tables;
    private final TableMaintenance maintenance;
    private final Budget budget;
    private final Duration interval;
    private final InstantSource clock;
    private final Deque<MaintainedTable> waiting = new ArrayDeque<>();
    private final Map<String, Seen> seen = new HashMap<>();
    private Instant turnStarted;

    /** A table as it was left, and whether there was anything to do. */
    private record Seen(OptionalLong snapshotId, int snapshots, boolean idle) {}

    /**
     * Rounds that begin one interval from now.
     *
     * @param tables asked once per turn
     * @param interval from one turn's begin to the next one's
     */
    public MaintenanceRounds(
            Catalog catalog,
            Supplier<List<MaintainedTable>> tables,
            TableMaintenance maintenance,
            Budget budget,
            Duration interval,
            InstantSource clock) {
        this.catalog = catalog;
        this.tables = tables;
        this.maintenance = maintenance;
        this.budget = budget;
        this.interval = interval;
        this.clock = clock;
        this.turnStarted = clock.instant();
    }

    /**
     * What a round did.
     *
     * @param visits to tables, in order
     * @param failures by table, why a visit failed
     */
    public record Round(List<Visit> visits, Map<String, String> failures) {
        public Round {
            visits = List.copyOf(visits);
            failures = Map.copyOf(failures);
        }
    }

    /**
     * Does one round, if one is due.
     *
     * @param goesOn asked before each step; when it answers no, the rest is left for the next round
     */
    public Round run(BooleanSupplier goesOn) {
        List<Visit> visits = new ArrayList<>();
        Map<String, String> failures = new LinkedHashMap<>();
        Instant now = clock.instant();
        if (waiting.isEmpty() && (now.isBefore(turnStarted) || !now.isBefore(turnStarted.plus(interval)))) {
            turnStarted = now;
            waiting.addAll(tables.get());
        }
        long bytes = 0;
        while (!waiting.isEmpty() && bytes < budget.bytesPerRound() && goesOn.getAsBoolean()) {
            MaintainedTable next = waiting.remove();
            try {
                Visit visit = visit(next, goesOn);
                if (visit != null) {
                    visits.add(visit);
                    bytes += visit.compaction().bytesRead();
                }
            } catch (NoSuchTableException e) {
                seen.remove(next.name());
            } catch (RuntimeException e) {
                seen.remove(next.name());
                failures.put(next.name(), String.valueOf(e.getMessage()));
                LOG.warn("Maintenance failed, trying again next time: table={}", next.name(), e);
            }
        }
        return new Round(visits, failures);
    }

    private @Nullable Visit visit(MaintainedTable what, BooleanSupplier goesOn) {
        Table table = catalog.loadTable(TableIdentifier.parse(what.name()));
        Seen last = seen.get(what.name());
        if (last != null
                && last.idle()
                && last.snapshots() <= budget.minSnapshots()
                && last.snapshotId().equals(current(table))) {
            return null;
        }
        Visit visit = maintenance.run(table, what, goesOn);
        table.refresh();
        seen.put(what.name(), new Seen(current(table), visit.snapshots(), !visit.changed() && visit.postponed() == 0));
        return visit;
    }

    private static OptionalLong current(Table table) {
        Snapshot snapshot = table.currentSnapshot();
        return snapshot == null ? OptionalLong.empty() : OptionalLong.of(snapshot.snapshotId());
    }
}
