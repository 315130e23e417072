package dev.sluice.app.config;

import dev.sluice.sink.maintenance.Budget;
import java.time.Duration;

/**
 * How tables are kept fast and small.
 *
 * @param enabled whether the leading committer does it; the commands do it in any case
 * @param interval from one visit to the tables to the next
 * @param budget what a table may grow to
 */
public record MaintenanceConfig(boolean enabled, Duration interval, Budget budget) {
    private static final Duration SAFE_ORPHAN_AGE = Duration.ofHours(1);

    public MaintenanceConfig {
        Require.between("interval", interval, Duration.ofSeconds(1), Duration.ofDays(1));
        Require.between("orphan-age", budget.orphanAge(), SAFE_ORPHAN_AGE, Duration.ofDays(3650));
    }
}
