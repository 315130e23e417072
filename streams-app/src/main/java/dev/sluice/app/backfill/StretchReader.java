package dev.sluice.app.backfill;

import dev.sluice.app.backfill.DeadLetterSender.Letter;
import dev.sluice.app.dlq.DeadLetter;
import dev.sluice.app.ingest.RecordLander;
import dev.sluice.app.kafka.Cluster;
import dev.sluice.app.kafka.TopicReader;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.backfill.LandedStretch;
import dev.sluice.sink.land.LandedFiles;
import dev.sluice.sink.land.PartitionWriter;
import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.ledger.RangeCounts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads stretches of a topic into data files, by a bounded reader without a group. For one batch. */
final class StretchReader implements AutoCloseable {
    private final TopicReader topics;
    private final Cluster cluster;
    private final RecordLander lander;
    private final DeadOffsets dead;
    private final Throttle throttle;
    private final List<Open> open = new ArrayList<>();
    private final List<Letter> letters = new ArrayList<>();
    private long read;

    StretchReader(TopicReader topics, Cluster cluster, RecordLander lander, DeadOffsets dead, Throttle throttle) {
        this.topics = topics;
        this.cluster = cluster;
        this.lander = lander;
        this.dead = dead;
        this.throttle = throttle;
    }

    /** A stretch that is being read. */
    private final class Open {
        private final Stretch stretch;
        private final PartitionWriter writer = lander.open();
        private final List<Long> putBack = new ArrayList<>();
        private long deadLetters;

        Open(Stretch stretch) {
            this.stretch = stretch;
        }

        void take(ConsumerRecord<byte[], byte[]> record) {
            throttle.take();
            read++;
            if (stretch.isHeld(record.offset())) {
                return;
            }
            if (dead.contains(record.partition(), record.offset())) {
                deadLetters++;
                return;
            }
            Optional<DeadLetter> rejected = lander.land(writer, record);
            if (rejected.isPresent()) {
                deadLetters++;
                letters.add(new Letter(record, rejected.get()));
            } else if (stretch.isRepair()) {
                putBack.add(record.offset());
            }
        }

        LandedStretch finish() {
            LandedFiles files = writer.finish();
            return new LandedStretch(
                    stretch.range(),
                    new RangeCounts(files.rows(), files.tombstones(), stretch.isRepair() ? 0 : deadLetters),
                    files.files(),
                    putBack);
        }
    }

    /**
     * Reads all stretches and closes their files; a stretch that the ledger holds and of which nothing is missing is
     * left out.
     *
     * @throws SluiceException {@code OFFSETS_LOST} when the topic does not reach back to one of them any more
     */
    List<LandedStretch> read(List<Stretch> stretches) {
        Map<TopicPartition, List<Stretch>> byPartition = new HashMap<>();
        for (Stretch stretch : stretches) {
            byPartition
                    .computeIfAbsent(partition(stretch.range()), none -> new ArrayList<>())
                    .add(stretch);
        }
        int most = byPartition.values().stream().mapToInt(List::size).max().orElse(0);
        for (int nth = 0; nth < most; nth++) {
            Map<TopicPartition, Open> pass = new HashMap<>();
            Map<TopicPartition, Long> from = new HashMap<>();
            Map<TopicPartition, Long> to = new HashMap<>();
            for (Map.Entry<TopicPartition, List<Stretch>> entry : byPartition.entrySet()) {
                if (nth < entry.getValue().size()) {
                    Stretch stretch = entry.getValue().get(nth);
                    requireThere(stretch.range());
                    Open reading = new Open(stretch);
                    open.add(reading);
                    pass.put(entry.getKey(), reading);
                    from.put(entry.getKey(), stretch.range().from());
                    to.put(entry.getKey(), stretch.range().to());
                }
            }
            topics.read(from, to, record -> {
                Open reading = pass.get(new TopicPartition(record.topic(), record.partition()));
                if (reading != null) {
                    reading.take(record);
                }
            });
        }
        return open.stream()
                .filter(reading -> !reading.stretch.isRepair() || !reading.putBack.isEmpty())
                .map(Open::finish)
                .toList();
    }

    private void requireThere(OffsetRange range) {
        long logStart = cluster.logStart(partition(range));
        if (logStart > range.from()) {
            throw new SluiceException(
                    ErrorCode.OFFSETS_LOST,
                    "[%s@%d] Cannot land the range %s: its first offsets are gone from the topic by retention, expected the log to start at most there, found %d. Plan again to land what is left."
                            .formatted(range.source(), range.from(), range, logStart));
        }
    }

    /** The rejected records, in the order in which they were read. */
    List<Letter> letters() {
        return letters;
    }

    /** Records read. */
    long count() {
        return read;
    }

    private static TopicPartition partition(OffsetRange range) {
        return new TopicPartition(range.source().topic(), range.source().partition());
    }

    /** Gives up what is not finished. */
    @Override
    public void close() {
        open.forEach(reading -> reading.writer.close());
    }
}
