package dev.sluice.app.backfill;

import dev.sluice.sink.ledger.OffsetRange;
import java.util.List;

/**
 * What a backfill would find in one partition.
 *
 * @param range what it would work on, perhaps empty
 * @param recognised rows of the range that bronze holds
 * @param deadLettered offsets of the range that are dead letters already
 * @param missing offsets of the range of which nothing is there: records to land, and offsets without a record
 * @param notes what was left out of what was asked for, and why
 */
public record PartitionPlan(OffsetRange range, long recognised, long deadLettered, long missing, List<String> notes) {
    public PartitionPlan {
        notes = List.copyOf(notes);
    }
}
