package dev.sluice.app.config;

import java.time.Duration;

/**
 * How announced files reach the tables.
 *
 * @param interval time between two rounds of commits
 * @param maxBatches most announcements in one round
 */
public record CommitConfig(Duration interval, int maxBatches) {
    public CommitConfig {
        Require.between("interval", interval, Duration.ofMillis(50), Duration.ofHours(1));
        Require.between("max-batches", maxBatches, 1, 100_000);
    }
}
