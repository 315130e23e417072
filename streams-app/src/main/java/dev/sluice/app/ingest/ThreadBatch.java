package dev.sluice.app.ingest;

import dev.sluice.app.announce.Announcement;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * The open micro-batch of one stream thread: one Kafka transaction's worth of records of all partitions the thread
 * holds. Used by that thread only.
 *
 * <p>A {@link CommitFailedException} from here makes Kafka Streams give up the transaction and all of the thread's
 * tasks and begin again from the committed offsets, which is always safe.
 */
final class ThreadBatch {
    private final StartPositions positions;
    private final Map<TopicPartition, PartitionBatch> partitions = new LinkedHashMap<>();
    private boolean spoiled;
    private int deadLetterPartition;

    ThreadBatch(StartPositions positions) {
        this.positions = positions;
    }

    /** Takes a partition over. One that was not dropped before is begun anew. */
    PartitionBatch open(TopicPartition partition, LandingTarget target) {
        drop(partition);
        PartitionBatch batch = new PartitionBatch(target, positions.of(partition));
        partitions.put(partition, batch);
        return batch;
    }

    /**
     * Gives a partition up with what is not announced yet. Its dead letters may be in the open transaction, which then
     * must not commit any more.
     */
    void drop(TopicPartition partition) {
        PartitionBatch batch = partitions.remove(partition);
        if (batch != null) {
            spoiled |= batch.hasDeadLetters();
            batch.abort();
        }
    }

    /** The open transaction is gone, aborted or fenced. */
    void transactionGone() {
        spoiled = false;
    }

    boolean isIdle() {
        return partitions.isEmpty() && !spoiled;
    }

    /** The source partition whose record is being sent to the dead-letter topic right now. */
    int deadLetterPartition() {
        return deadLetterPartition;
    }

    void sendingDeadLetterOf(int partition) {
        deadLetterPartition = partition;
    }

    /**
     * Ends the micro-batch: closes all files and says what became of each range up to the offset being committed.
     *
     * @param offsets all that this transaction commits
     * @return one announcement for each partition whose offset moves
     * @throws CommitFailedException when the offsets do not cover what was done in this transaction
     */
    List<Announcement> finish(Map<TopicPartition, OffsetAndMetadata> offsets, BatchIdentity identity) {
        if (spoiled) {
            throw new CommitFailedException(
                    "Cannot commit: the transaction holds dead letters of a partition that was given up");
        }
        requireCovered(offsets);
        requireNothingLost(offsets);
        List<Announcement> announcements = new ArrayList<>();
        for (Map.Entry<TopicPartition, OffsetAndMetadata> entry : offsets.entrySet()) {
            PartitionBatch batch = partitions.get(entry.getKey());
            if (batch == null) {
                throw new CommitFailedException(
                        "[" + entry.getKey() + "] Cannot commit an offset: the partition is not open on this thread");
            }
            long to = entry.getValue().offset();
            if (to < batch.from()) {
                throw new SluiceException(
                        ErrorCode.OFFSET_MISMATCH,
                        "[" + entry.getKey() + "@" + to
                                + "] Cannot commit an offset: it is before the last one, expected " + batch.from()
                                + " or later, found " + to);
            }
            if (to > batch.from()) {
                announcements.add(batch.finish(to, identity));
            }
        }
        return announcements;
    }

    private void requireCovered(Map<TopicPartition, OffsetAndMetadata> offsets) {
        partitions.forEach((partition, batch) -> {
            if (!batch.pending()) {
                return;
            }
            OffsetAndMetadata committed = offsets.get(partition);
            if (committed == null || committed.offset() <= batch.lastOffset()) {
                throw new CommitFailedException("[" + partition + "@" + batch.lastOffset()
                        + "] Cannot commit: the offsets do not cover what was landed, expected at least "
                        + (batch.lastOffset() + 1) + ", found " + (committed == null ? "none" : committed.offset()));
            }
        });
    }

    private void requireNothingLost(Map<TopicPartition, OffsetAndMetadata> offsets) {
        partitions.forEach((partition, batch) -> {
            OffsetAndMetadata committed = offsets.get(partition);
            if (committed != null) {
                batch.skipTo(committed.offset());
            }
            if (batch.gaps().isEmpty()) {
                return;
            }
            long logStart = positions.logStart(partition);
            if (batch.gaps().explainedByLogStart(logStart)) {
                throw new SluiceException(
                        ErrorCode.OFFSETS_LOST,
                        "[" + partition + "@" + batch.from()
                                + "] Cannot go on landing: offsets that were not landed yet are gone from the topic by retention, expected the log to start at most at "
                                + batch.from() + ", found " + logStart);
            }
        });
    }
}
