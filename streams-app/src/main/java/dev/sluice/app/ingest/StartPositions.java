package dev.sluice.app.ingest;

import org.apache.kafka.common.TopicPartition;

/** Finds out where a partition's next range starts. Called on stream threads, once a partition is theirs. */
interface StartPositions {
    /**
     * Blocks until answered.
     *
     * @throws dev.sluice.error.SluiceException {@code KAFKA_UNAVAILABLE}; {@code TOPIC_MISSING}; {@code OFFSETS_LOST}
     *     when the log begins after the committed offset
     */
    StartPosition of(TopicPartition partition);

    /** The first offset that the partition still holds. */
    long logStart(TopicPartition partition);
}
