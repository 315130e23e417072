package dev.sluice.app.config;

import java.time.Duration;

/**
 * How source topics are landed.
 *
 * @param microBatch time between two transactions of a thread
 * @param targetFileSize bytes at which a data file is closed and its micro-batch committed early
 * @param threads stream threads of this instance
 * @param giveUpAfter how long a neighbour may stay away before the service ends with an error
 */
public record IngestConfig(
        Duration microBatch, long targetFileSize, int threads, GroupProtocol protocol, Duration giveUpAfter) {
    public IngestConfig {
        Require.between("micro-batch", microBatch, Duration.ofMillis(50), Duration.ofMinutes(5));
        Require.between("target-file-size", targetFileSize, 64 << 10, 8L << 30);
        Require.between("threads", threads, 1, 256);
        Require.between("give-up-after", giveUpAfter, Duration.ofSeconds(1), Duration.ofHours(24));
    }
}
