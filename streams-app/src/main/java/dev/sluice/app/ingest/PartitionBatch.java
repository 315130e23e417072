package dev.sluice.app.ingest;

import dev.sluice.app.announce.Announcement;
import dev.sluice.app.announce.DataFileJson;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.land.Landed;
import dev.sluice.sink.land.LandedFiles;
import dev.sluice.sink.land.PartitionWriter;
import dev.sluice.sink.land.RecordPosition;
import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.ledger.RangeCounts;
import dev.sluice.sink.ledger.SourcePartition;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.jspecify.annotations.Nullable;

/**
 * What a stream thread has done with one source partition since its last committed offset. Lives from the task's
 * {@code init()} to its {@code close()}, over many micro-batches.
 */
final class PartitionBatch {
    private static final long NONE = -1;

    private final LandingTarget target;
    private final SourcePartition source;
    private final OffsetGaps gaps = new OffsetGaps();
    private long from;
    private long lastOffset = NONE;
    private long deadLetters;
    private @Nullable PartitionWriter writer;

    PartitionBatch(LandingTarget target, StartPosition start) {
        this.target = target;
        this.source = start.source();
        this.from = start.offset();
    }

    /** Decodes and writes one record; a rejected one must be sent as a dead letter and told to {@link #deadLetter}. */
    Landed land(
            RecordPosition at, byte @Nullable [] key, int schemaId, Schema schema, byte[] value, int payloadOffset) {
        see(at.offset());
        return writer().land(at, key, schemaId, schema, value, payloadOffset);
    }

    void tombstone(RecordPosition at, byte @Nullable [] key) {
        see(at.offset());
        writer().tombstone(at, key);
    }

    /** Counts a record that was sent to the dead-letter topic in the current transaction. */
    void deadLetter(long offset) {
        see(offset);
        deadLetters++;
    }

    /** Whether a data file has reached its target size. */
    boolean full() {
        return writer != null && writer.full();
    }

    /** Whether records were seen that are not announced yet. */
    boolean pending() {
        return lastOffset != NONE;
    }

    boolean hasDeadLetters() {
        return deadLetters > 0;
    }

    long from() {
        return from;
    }

    /** The offset of the last record seen, meaningful while {@link #pending()}. */
    long lastOffset() {
        return lastOffset;
    }

    OffsetGaps gaps() {
        return gaps;
    }

    /** The offset to be committed; offsets before it at which no record came may have been lost. */
    void skipTo(long to) {
        gaps.add(next(), to);
    }

    /**
     * Closes the open file and says what became of the range up to {@code to}; the next range starts there. That is
     * only true if the transaction commits: after any failure the partition must be closed and opened anew.
     */
    Announcement finish(long to, BatchIdentity identity) {
        LandedFiles landed = writer == null ? new LandedFiles(List.of(), 0, 0, List.of()) : writer.finish();
        RangeCounts counts = new RangeCounts(landed.rows(), landed.tombstones(), deadLetters);
        Announcement announcement = new Announcement(
                identity.pipeline(),
                target.source().name(),
                target.source().table(),
                new OffsetRange(source, from, to),
                counts,
                landed.schemaIds(),
                json(landed.files()),
                identity.batchId(),
                identity.instance(),
                identity.announcedAt());
        writer = null;
        deadLetters = 0;
        lastOffset = NONE;
        gaps.clear();
        from = to;
        return announcement;
    }

    private List<String> json(List<DataFile> files) {
        if (files.isEmpty()) {
            return List.of();
        }
        Map<Integer, PartitionSpec> specs = target.partitionSpecs();
        return files.stream().map(file -> DataFileJson.write(file, specs)).toList();
    }

    /** Gives up what is not announced yet. */
    void abort() {
        if (writer != null) {
            writer.abort();
            writer = null;
        }
    }

    private PartitionWriter writer() {
        PartitionWriter open = writer;
        if (open == null) {
            open = target.open();
            writer = open;
        }
        return open;
    }

    private long next() {
        return Math.max(from, lastOffset + 1);
    }

    private void see(long offset) {
        if (offset == lastOffset) {
            return;
        }
        long expected = next();
        if (offset < expected) {
            throw new SluiceException(
                    ErrorCode.OFFSETS_LOST,
                    "[" + source + "@" + offset + "] Cannot land a record: the partition went back, expected offset "
                            + expected + " or later, found " + offset
                            + ". The topic was truncated or made anew under the same name.");
        }
        gaps.add(expected, offset);
        lastOffset = offset;
    }
}
