package dev.sluice.app.audit;

import dev.sluice.app.dlq.Position;
import dev.sluice.app.kafka.TopicReader;
import dev.sluice.app.replay.ReplayMarkers;
import dev.sluice.sink.audit.AuditLine;
import dev.sluice.sink.audit.OffsetSet;
import dev.sluice.sink.ledger.Ledger;
import dev.sluice.sink.ledger.LedgerEntry;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Promise 1, checked offset by offset: for every source partition, the offsets in bronze and the offsets in the
 * dead-letter topic partition the records of the consumed range. Offsets without a record are transaction markers,
 * aborted records, and what compaction has removed.
 */
public final class SourceAudit {
    private static final String TOPIC_HEADER = "__streams.errors.topic";
    private static final String PARTITION_HEADER = "__streams.errors.partition";
    private static final String OFFSET_HEADER = "__streams.errors.offset";

    private final TopicReader topics;
    private final ReplayMarkers markers;

    public SourceAudit(Map<String, String> kafka, InstantSource clock) {
        this.topics = new TopicReader(kafka, clock);
        this.markers = new ReplayMarkers(kafka, clock);
    }

    /** Where the offsets of a bronze table's rows come from. */
    @FunctionalInterface
    public interface BronzeOffsets {
        /** Hands over the place of every row, and whether it stands for a record without a value. */
        void forEach(Visitor visitor);

        /** Takes one row's place. */
        @FunctionalInterface
        interface Visitor {
            void row(String topic, int partition, long offset, boolean tombstone);
        }
    }

    private record Evidence(
            LedgerEntry entry, OffsetSet source, OffsetSet bronze, OffsetSet tombstones, OffsetSet dead) {
        boolean holds(long offset) {
            return offset >= entry.first() && offset < entry.to();
        }

        private static Evidence of(LedgerEntry entry, long logStart) {
            long first = Math.min(entry.to(), Math.max(entry.first(), logStart));
            return new Evidence(
                    entry,
                    new OffsetSet(first, entry.to()),
                    new OffsetSet(first, entry.to()),
                    new OffsetSet(first, entry.to()),
                    new OffsetSet(first, entry.to()));
        }
    }

    /**
     * Checks one source, as far back as its topic still reaches.
     *
     * @param ledger the table's ledger at the snapshot that the rows are read from
     */
    public List<AuditLine> check(String dlq, Ledger ledger, BronzeOffsets bronze) {
        Map<TopicPartition, Stretches> evidence = new TreeMap<>(Comparator.comparing(TopicPartition::toString));
        Set<TopicPartition> partitions = ledger.stretches().stream()
                .map(stretch -> new TopicPartition(
                        stretch.source().topic(), stretch.source().partition()))
                .collect(Collectors.toSet());
        Map<TopicPartition, Long> starts = topics.starts(partitions);
        for (LedgerEntry stretch : ledger.stretches()) {
            TopicPartition partition = new TopicPartition(
                    stretch.source().topic(), stretch.source().partition());
            evidence.computeIfAbsent(partition, none -> new Stretches())
                    .add(Evidence.of(stretch, starts.getOrDefault(partition, stretch.first())));
        }
        ReplayEvidence replays = new ReplayEvidence(markers.settled(dlq));
        readSource(evidence, starts, replays);
        readDeadLetters(dlq, evidence, replays);
        bronze.forEach((topic, partition, offset, tombstone) -> {
            Stretches known = evidence.get(new TopicPartition(topic, partition));
            if (known != null) {
                known.near(offset).bronze().add(offset);
                if (tombstone) {
                    known.near(offset).tombstones().add(offset);
                }
            }
        });
        List<AuditLine> lines = new ArrayList<>();
        evidence.values().forEach(one -> one.all().forEach(stretch -> lines.addAll(compare(stretch))));
        lines.addAll(replays.lines(
                dlq, target -> fate(target, evidence.get(new TopicPartition(target.topic(), target.partition())))));
        return lines;
    }

    /** The stretches of one partition: usually one, more while a backfill is under way. */
    private static final class Stretches {
        private final NavigableMap<Long, Evidence> byFirst = new TreeMap<>();

        void add(Evidence evidence) {
            byFirst.put(evidence.entry().first(), evidence);
        }

        Collection<Evidence> all() {
            return byFirst.values();
        }

        /** The stretch that an offset is in, or that it comes after, or else the first one. */
        Evidence near(long offset) {
            Map.Entry<Long, Evidence> floor = byFirst.floorEntry(offset);
            return floor == null ? byFirst.firstEntry().getValue() : floor.getValue();
        }
    }

    private static ReplayEvidence.Fate fate(Position target, @Nullable Stretches known) {
        if (known == null
                || target.offset()
                        >= known.byFirst.lastEntry().getValue().entry().to()) {
            return ReplayEvidence.Fate.WAITING;
        }
        Evidence stretch = known.near(target.offset());
        if (stretch.dead().contains(target.offset())) {
            return ReplayEvidence.Fate.DEAD_AGAIN;
        }
        // Before the window nothing can be looked up any more; it was when it was in reach.
        return stretch.bronze().contains(target.offset()) || !stretch.bronze().covers(target.offset())
                ? ReplayEvidence.Fate.LANDED
                : ReplayEvidence.Fate.LOST;
    }

    private void readSource(
            Map<TopicPartition, Stretches> evidence, Map<TopicPartition, Long> starts, ReplayEvidence replays) {
        Map<TopicPartition, Long> from = new HashMap<>();
        Map<TopicPartition, Long> to = new HashMap<>();
        evidence.forEach((partition, one) -> {
            from.put(partition, Math.max(starts.getOrDefault(partition, 0L), one.byFirst.firstKey()));
            to.put(partition, one.byFirst.lastEntry().getValue().entry().to());
        });
        topics.read(from, to, record -> {
            Stretches known = evidence.get(new TopicPartition(record.topic(), record.partition()));
            if (known != null && known.near(record.offset()).holds(record.offset())) {
                known.near(record.offset()).source().add(record.offset());
                replays.source(record);
            }
        });
    }

    private void readDeadLetters(String dlq, Map<TopicPartition, Stretches> evidence, ReplayEvidence replays) {
        Map<TopicPartition, Long> ends = topics.ends(dlq);
        topics.read(topics.starts(ends.keySet()), ends, record -> {
            Stretches known = evidence.get(new TopicPartition(
                    header(record, TOPIC_HEADER), Integer.parseInt(header(record, PARTITION_HEADER))));
            long offset = Long.parseLong(header(record, OFFSET_HEADER));
            if (known != null && known.near(offset).holds(offset)) {
                known.near(offset).dead().add(offset);
                Evidence stretch = known.near(offset);
                replays.deadLetter(new Position(
                        stretch.entry().source().topic(),
                        stretch.entry().source().partition(),
                        offset));
            }
        });
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "-1" : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static List<AuditLine> compare(Evidence evidence) {
        LedgerEntry entry = evidence.entry();
        OffsetSet source = evidence.source();
        OffsetSet bronze = evidence.bronze();
        OffsetSet dead = evidence.dead();
        String subject = entry.source().toString();
        OffsetSet lost = source.minus(bronze).minus(dead);
        OffsetSet invented = bronze.minus(source);
        OffsetSet both = bronze.and(dead);
        long tombstones = evidence.tombstones().size();
        return List.of(
                new AuditLine(
                        "Nothing lost",
                        subject + " [%d, %d)".formatted(entry.first(), entry.to()),
                        "offsets consumed = rows + tombstones in bronze + dead letters + offsets without a record",
                        Long.toString(source.width()),
                        "%d = %d + %d + %d + %d"
                                .formatted(
                                        source.width() - lost.size(),
                                        bronze.size() - tombstones,
                                        tombstones,
                                        dead.size() - both.size(),
                                        source.width() - source.size()),
                        lost.size() == 0 && invented.size() == 0 ? AuditLine.Verdict.PASS : AuditLine.Verdict.FAIL,
                        describe("lost", lost, "in bronze but not in the topic", invented)),
                new AuditLine(
                        "Nothing twice",
                        subject,
                        "offsets in bronze twice, in the dead letters twice, or in both = 0",
                        "0",
                        Long.toString(bronze.repeated() + dead.repeated() + both.size()),
                        bronze.repeated() + dead.repeated() + both.size() == 0
                                ? AuditLine.Verdict.PASS
                                : AuditLine.Verdict.FAIL,
                        describe("twice in bronze", bronze.repeatedOnes(), "in both", both)),
                AuditLine.equal(
                        "The ledger tells the truth",
                        subject,
                        "rows and tombstones that the commits announced = rows in bronze",
                        entry.counts().landed(),
                        bronze.added(),
                        "the stamps and the rows disagree"));
    }

    private static String describe(String one, OffsetSet first, String other, OffsetSet second) {
        String text = first.size() == 0 ? "" : one + ": " + first.sample();
        return second.size() == 0 ? text : text + (text.isEmpty() ? "" : "; ") + other + ": " + second.sample();
    }
}
