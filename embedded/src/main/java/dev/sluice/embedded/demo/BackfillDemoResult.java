package dev.sluice.embedded.demo;

import dev.sluice.app.audit.AuditReport;
import dev.sluice.sink.backfill.Backfill;
import java.time.Duration;
import java.util.List;

/**
 * What the proof of backfills came to.
 *
 * @param freshnessBefore ages of the newest live record in silver before the backfill, in milliseconds, sorted
 * @param freshnessDuring the same while it ran
 */
record BackfillDemoResult(
        Backfill backfill,
        AuditReport audit,
        List<Long> freshnessBefore,
        List<Long> freshnessDuring,
        Duration elapsed) {

    /** The age that a share of the measurements does not exceed; 0 without measurements. */
    static long percentile(List<Long> sorted, double share) {
        return sorted.isEmpty() ? 0 : sorted.get((int) Math.min(sorted.size() - 1L, Math.round(sorted.size() * share)));
    }
}
