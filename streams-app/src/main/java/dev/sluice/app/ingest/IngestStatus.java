package dev.sluice.app.ingest;

import dev.sluice.sink.ledger.RangeCounts;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What this process has landed since it started, at one moment.
 *
 * @param state of Kafka Streams: {@code RUNNING}, {@code REBALANCING}, …
 * @param counts by source name
 * @param announcements committed
 * @param lastCommit of a transaction that moved an offset
 * @param failures of threads and of calls to neighbours since the last such commit
 * @param failingSince the start of a row of failures that has not ended, or of being cut off from Kafka; null when all
 *     is well
 * @param lastError of this process, also when it has recovered since
 */
public record IngestStatus(
        String state,
        Map<String, RangeCounts> counts,
        long announcements,
        @Nullable Instant lastCommit,
        int failures,
        @Nullable Instant failingSince,
        @Nullable String lastError) {
    public IngestStatus {
        counts = Map.copyOf(counts);
    }
}
