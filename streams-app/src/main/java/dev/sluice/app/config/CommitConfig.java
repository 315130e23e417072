package dev.sluice.app.config;

import java.time.Duration;

/**
 * How announced files reach the tables.
 *
 * @param interval time between two rounds of commits
 * @param maxBatches most announcements in one round
 * @param giveUpAfter how long a neighbour may stay away before the committer ends with an error
 */
public record CommitConfig(Duration interval, int maxBatches, Duration giveUpAfter) {
    public CommitConfig {
        Require.between("interval", interval, Duration.ofMillis(50), Duration.ofHours(1));
        Require.between("max-batches", maxBatches, 1, 100_000);
        Require.between("give-up-after", giveUpAfter, Duration.ofSeconds(1), Duration.ofHours(24));
    }
}
