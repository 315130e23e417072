package dev.sluice.app.backfill;

import dev.sluice.app.config.SourceConfig;
import dev.sluice.sink.backfill.Landing;
import dev.sluice.sink.backfill.Publication;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a person asked for. An open end is the oldest offset there is, or the live flow's first.
 *
 * @param partitions those wanted; empty for all of them
 * @param from where each partition starts
 * @param to where each partition ends, exclusive
 * @param landing what is put into bronze
 * @param publication when readers see that
 * @param select the models wanted; empty for all of them
 */
public record BackfillRequest(
        SourceConfig source,
        Set<Integer> partitions,
        Bound from,
        Bound to,
        Landing landing,
        Publication publication,
        Slicing slicing,
        List<String> select) {
    public BackfillRequest {
        partitions = Set.copyOf(partitions);
        select = List.copyOf(select);
    }

    /** One end of the ranges. */
    public sealed interface Bound {
        record Open() implements Bound {}

        record Offset(long offset) implements Bound {}

        record Time(Instant time) implements Bound {}

        /** By partition; a partition that is not named is not wanted. */
        record PerPartition(Map<Integer, Long> offsets) implements Bound {
            public PerPartition {
                offsets = Map.copyOf(offsets);
            }
        }
    }

    /**
     * How the ranges are cut into batches.
     *
     * @param byDay one batch per UTC day of the records' time; else by size
     * @param batchSize offsets in a batch, over all partitions
     */
    public record Slicing(boolean byDay, long batchSize) {}

    /** Whether rows of bronze are shown to the models again and the topic is not read. */
    boolean fromBronze() {
        return landing == Landing.NONE;
    }

    /** Whether rows that are there are landed again. */
    boolean overwrites() {
        return landing == Landing.OVERWRITE;
    }

    @Nullable
    Map<Integer, Long> named() {
        return from instanceof Bound.PerPartition per ? per.offsets() : null;
    }
}
