package dev.sluice.sink.backfill;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * What a backfill was asked to do; the same in all of its batches.
 *
 * @param id names it for people and in stamps
 * @param source the source's name in the configuration
 * @param table the bronze table
 * @param fromBronze whether rows of bronze are shown to the models again and the topic is not read
 * @param models the models that see the rows again, in the order in which they run
 * @param createdAt when it was planned
 */
public record BackfillJob(
        String id, String source, String table, boolean fromBronze, List<String> models, Instant createdAt) {
    public BackfillJob {
        models = List.copyOf(models);
        createdAt = createdAt.truncatedTo(ChronoUnit.MILLIS);
    }
}
