package dev.sluice.app.announce;

import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.ledger.RangeCounts;
import java.time.Instant;
import java.util.List;

/**
 * What one committed Kafka transaction did with one source partition. There is exactly one for every range of committed
 * source offsets, also for a range that left no file.
 *
 * @param pipeline the name of the pipeline that landed the range
 * @param source the name of the source in that pipeline
 * @param table the bronze table the files are meant for, namespace and name
 * @param range by committed offsets, so it may cover offsets that hold no record
 * @param schemaIds registry ids of the rows' writer schemas, ascending
 * @param files closed data files in offset order, each in Iceberg's own JSON form
 * @param batchId a UUID shared by the announcements of one transaction
 * @param instance the process that landed the range
 */
public record Announcement(
        String pipeline,
        String source,
        String table,
        OffsetRange range,
        RangeCounts counts,
        List<Integer> schemaIds,
        List<String> files,
        String batchId,
        String instance,
        Instant announcedAt) {
    public Announcement {
        schemaIds = List.copyOf(schemaIds);
        files = List.copyOf(files);
    }

    /** The record key: announcements of one source partition share it. */
    public String key() {
        return range.source().toString();
    }
}
