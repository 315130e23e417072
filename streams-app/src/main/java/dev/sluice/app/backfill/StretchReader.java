package dev.sluice.app.backfill;

import dev.sluice.app.backfill.DeadLetterSender.Letter;
import dev.sluice.app.dlq.DeadLetter;
import dev.sluice.app.ingest.RecordLander;
import dev.sluice.app.kafka.Cluster;
import dev.sluice.app.kafka.TopicReader;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.backfill.LandedBatch;
import dev.sluice.sink.backfill.LandedStretch;
import dev.sluice.sink.backfill.OverwrittenStretch;
import dev.sluice.sink.land.LandedFiles;
import dev.sluice.sink.land.PartitionWriter;
import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.ledger.RangeCounts;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

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
        private final BitSet seen = new BitSet();
        private final Set<Long> gone = new HashSet<>();
        private final Set<Long> lost = new HashSet<>();
        private long deadLetters;
        private @Nullable LandedFiles closed;

        Open(Stretch stretch) {
            this.stretch = stretch;
        }

        void take(ConsumerRecord<byte[], byte[]> record) {
            throttle.take();
            read++;
            long offset = record.offset();
            boolean isDead = dead.contains(record.partition(), offset);
            if (stretch instanceof Stretch.Missing) {
                deadLetters += isDead || isRejected(record) ? 1 : 0;
            } else if (stretch instanceof Stretch.Repair repair) {
                if (!repair.held().contains(offset) && !isDead && !isRejected(record)) {
                    putBack.add(offset);
                }
            } else if (stretch instanceof Stretch.Overwrite overwrite) {
                seen.set(Math.toIntExact(offset - stretch.range().from()));
                if (isDead) {
                    gone.add(offset);
                } else if (isRejected(record)) {
                    gone.add(offset);
                    if (!overwrite.held().contains(offset)) {
                        lost.add(offset);
                    }
                }
            }
        }

        private boolean isRejected(ConsumerRecord<byte[], byte[]> record) {
            Optional<DeadLetter> rejected = lander.land(writer, record);
            rejected.ifPresent(reason -> letters.add(new Letter(record, reason)));
            return rejected.isPresent();
        }

        /** Whether there is anything to commit. */
        boolean isOfUse() {
            return (!(stretch instanceof Stretch.Repair) || !putBack.isEmpty())
                    && (!(stretch instanceof Stretch.Overwrite) || !seen.isEmpty());
        }

        void finish() {
            closed = writer.finish();
        }

        LandedStretch added() {
            LandedFiles files = Objects.requireNonNull(closed);
            boolean repairs = stretch instanceof Stretch.Repair;
            return new LandedStretch(
                    stretch.range(),
                    new RangeCounts(files.rows(), files.tombstones(), repairs ? 0 : deadLetters),
                    files.files(),
                    putBack);
        }

        OverwrittenStretch overwritten(Collection<Letter> sent) {
            long lostAndSent = sent.stream()
                    .map(Letter::record)
                    .filter(record ->
                            record.partition() == stretch.range().source().partition()
                                    && lost.contains(record.offset()))
                    .count();
            return new OverwrittenStretch(
                    stretch.range(), Objects.requireNonNull(closed).files(), seen, gone, lostAndSent);
        }
    }

    /**
     * Reads all stretches and closes their files.
     *
     * @throws SluiceException {@code OFFSETS_LOST} when the topic does not reach back to one of them any more
     */
    void read(List<Stretch> stretches) {
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
                    if (stretch instanceof Stretch.Missing) {
                        requireThere(stretch.range());
                    }
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
        open.removeIf(reading -> {
            if (!reading.isOfUse()) {
                reading.writer.close();
            }
            return !reading.isOfUse();
        });
        open.forEach(Open::finish);
    }

    /**
     * What is to be committed; a stretch that the ledger holds and of which nothing is to be changed is left out.
     *
     * @param sent those of the letters that nobody else had sent
     */
    LandedBatch landed(Collection<Letter> sent) {
        return new LandedBatch(
                open.stream()
                        .filter(reading -> !(reading.stretch instanceof Stretch.Overwrite))
                        .map(Open::added)
                        .toList(),
                open.stream()
                        .filter(reading -> reading.stretch instanceof Stretch.Overwrite)
                        .map(reading -> reading.overwritten(sent))
                        .toList());
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
