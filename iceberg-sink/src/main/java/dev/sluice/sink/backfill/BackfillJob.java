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
 * @param landing what it puts into that table
 * @param publication when readers see that
 * @param models the models that see the rows again, in the order in which they run
 * @param createdAt when it was planned
 */
public record BackfillJob(
        String id,
        String source,
        String table,
        Landing landing,
        Publication publication,
        List<String> models,
        Instant createdAt) {
    public BackfillJob {
        models = List.copyOf(models);
        createdAt = createdAt.truncatedTo(ChronoUnit.MILLIS);
    }

    /** Whether rows of bronze are shown to the models again and the topic is not read. */
    public boolean fromBronze() {
        return landing == Landing.NONE;
    }

    /** Whether rows that the table has are landed again. */
    public boolean overwrites() {
        return landing == Landing.OVERWRITE;
    }

    public boolean isAtomic() {
        return publication == Publication.ATOMIC;
    }
}
