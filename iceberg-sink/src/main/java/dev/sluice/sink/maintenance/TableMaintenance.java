package dev.sluice.sink.maintenance;

import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.maintenance.MaintainedTable.Files;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.iceberg.Table;

/** One visit to one table: compaction, manifests, expiry, each when its budget is exceeded. */
public final class TableMaintenance {
    private final Budget budget;
    private final GroupRewriter rewriter;
    private final InstantSource clock;
    private final TableFaults faults;

    public TableMaintenance(Budget budget, GroupRewriter rewriter, InstantSource clock, TableFaults faults) {
        this.budget = budget;
        this.rewriter = rewriter;
        this.clock = clock;
        this.faults = faults;
    }

    /**
     * What a visit did.
     *
     * @param before the files as they were found
     * @param postponed groups for another visit
     * @param manifests whether they were put together
     * @param snapshots that the table had
     * @param keptFor who keeps snapshots that would go by their age
     */
    public record Visit(
            String table,
            FileCounts before,
            Compaction.Result compaction,
            int postponed,
            boolean manifests,
            int snapshots,
            Expiry.Result expiry,
            Optional<String> keptFor) {
        /** Whether the table was changed. */
        public boolean changed() {
            return compaction.commits() > 0 || manifests || expiry.snapshots() > 0;
        }
    }

    /**
     * Tidies a table up as far as one round goes.
     *
     * @param goesOn asked before each step; when it answers no, the rest is left for another time
     */
    public Visit run(Table table, MaintainedTable what, BooleanSupplier goesOn) {
        table.refresh();
        CarriedStamp.refuseContradiction(table);
        CompactionPlan plan = new CompactionPlanner(budget).plan(table);
        Compaction.Result compaction = what.files() == Files.CONTAINERS
                ? new Compaction(table, rewriter, faults).run(plan, goesOn)
                : Compaction.Result.NONE;
        boolean manifests = goesOn.getAsBoolean() && new ManifestRewrite(table, budget).run();
        Expiry expiry = new Expiry(table, faults);
        ExpiryPlan expiring = expiry.plan(budget, what.holds(), clock.instant());
        Expiry.Result expired = goesOn.getAsBoolean() ? expiry.run(expiring) : Expiry.Result.NONE;
        return new Visit(
                what.name(),
                plan.before(),
                compaction,
                what.files() == Files.CONTAINERS ? plan.postponed() : 0,
                manifests,
                expiring.snapshots(),
                expired,
                expiring.keptFor());
    }
}
