package dev.sluice.app.status;

import dev.sluice.sink.ledger.RangeCounts;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a source's bronze table has come.
 *
 * @param end sum over the partitions of the offsets at which the topic ends
 * @param landed sum over the partitions of the offsets up to which the table holds the topic
 * @param counts what became of the records so far
 * @param lastCommit when the table was last committed to
 */
public record SourceStatus(
        String source,
        String topic,
        String table,
        long end,
        long landed,
        RangeCounts counts,
        @Nullable Instant lastCommit) {
    /** Offsets of the topic that are not in the table yet. */
    public long lag() {
        return Math.max(0, end - landed);
    }
}
