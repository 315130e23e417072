package dev.sluice.app.backfill;

import dev.sluice.sink.backfill.Backfill;
import java.util.List;

/**
 * What a backfill would do. Making it changes nothing.
 *
 * @param backfill the batches, none when there is nothing to do
 * @param rowBytes average size of a row in bronze; 0 while it holds none
 */
public record BackfillPlan(Backfill backfill, List<PartitionPlan> partitions, List<String> notes, double rowBytes) {
    public BackfillPlan {
        partitions = List.copyOf(partitions);
        notes = List.copyOf(notes);
    }

    public boolean isEmpty() {
        return backfill.batches().isEmpty();
    }

    public long recognised() {
        return partitions.stream().mapToLong(PartitionPlan::recognised).sum();
    }

    public long missing() {
        return partitions.stream().mapToLong(PartitionPlan::missing).sum();
    }

    public long deadLettered() {
        return partitions.stream().mapToLong(PartitionPlan::deadLettered).sum();
    }

    /** Rows that the models would see, at most. */
    public long rows() {
        return recognised() + missing();
    }

    /** Bytes of data files that would be written, about; 0 when bronze gives no measure. */
    public long bytesToLand() {
        long again = backfill.job().overwrites() ? recognised() : 0;
        return Math.round((missing() + again) * rowBytes);
    }
}
