package dev.sluice.app.backfill;

import dev.sluice.app.backfill.BackfillRequest.Bound;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.kafka.Cluster;
import dev.sluice.app.kafka.TopicFacts;
import dev.sluice.app.kafka.TopicReader;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.backfill.AffectedModels;
import dev.sluice.sink.backfill.Backfill;
import dev.sluice.sink.backfill.BackfillJob;
import dev.sluice.sink.backfill.HeldOffsets;
import dev.sluice.sink.backfill.Publication;
import dev.sluice.sink.ledger.Ledger;
import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.ledger.SourcePartition;
import dev.sluice.sink.ledger.TableLedger;
import dev.sluice.sink.merge.TableFiles;
import dev.sluice.sink.model.ModelSet;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which offsets a person means and what is there of them already. Changes nothing.
 *
 * <p>The live flow owns everything from where it stands: an offset that it has not landed yet is never a backfill's.
 */
final class BackfillPlanner {
    private static final DateTimeFormatter ID =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final SluiceConfig config;
    private final Cluster cluster;
    private final Catalog catalog;
    private final ModelSet models;
    private final TopicReader reader;
    private final InstantSource clock;

    BackfillPlanner(
            SluiceConfig config,
            Cluster cluster,
            Catalog catalog,
            ModelSet models,
            TopicReader reader,
            InstantSource clock) {
        this.config = config;
        this.cluster = cluster;
        this.catalog = catalog;
        this.models = models;
        this.reader = reader;
        this.clock = clock;
    }

    /**
     * Plans.
     *
     * @throws SluiceException {@code USAGE} for partitions that are not there or a range that ends before it starts;
     *     {@code TOPIC_MISSING}; {@code TABLE_MISSING} when bronze is to be replayed and there is none
     */
    BackfillPlan plan(BackfillRequest request) {
        String topic = request.source().topic();
        TopicFacts facts = cluster.requireTopic(topic);
        String clusterId = cluster.id();
        Table table = table(request);
        Ledger ledger = table == null ? Ledger.EMPTY : TableLedger.read(table);
        DeadOffsets dead =
                new DeadOffsets(cluster, reader, topic, request.source().dlq());
        dead.refresh();

        Set<TopicPartition> wanted = wanted(request, facts);
        Offsets from = new Offsets(request.from(), wanted);
        Offsets to = new Offsets(request.to(), wanted);
        List<PartitionPlan> partitions = new ArrayList<>();
        for (TopicPartition partition : wanted) {
            SourcePartition source = new SourcePartition(clusterId, facts.id(), topic, partition.partition());
            List<String> notes = new ArrayList<>();
            OffsetRange range = new Limits(request, partition, source, ledger).range(from, to, notes);
            partitions.add(look(range, table, ledger, dead, notes));
        }
        List<OffsetRange> ranges = partitions.stream()
                .map(PartitionPlan::range)
                .filter(range -> range.length() > 0)
                .toList();
        List<String> notes = new ArrayList<>();
        if (cluster.isCompacted(topic)) {
            notes.add(
                    "The topic is compacted: offsets that compaction has removed hold no record, and count as missing here until they are read.");
        }
        BackfillJob job = new BackfillJob(
                newId(),
                request.source().name(),
                request.source().table(),
                request.landing(),
                request.publication(),
                AffectedModels.of(models, request.source().table(), request.select())
                        .names(),
                clock.instant());
        BatchSlicer slicer = new BatchSlicer(request.slicing(), days(request, table));
        if (request.overwrites()) {
            notes.add(
                    "Rows of the range are landed again and replaced; with the last batch the models are made anew from all of bronze.");
        }
        if (request.publication() == Publication.ATOMIC) {
            notes.add(
                    "All batches are staged on a branch and published at once; rows that went missing from a range in bronze are not put back.");
        }
        return new BackfillPlan(
                new Backfill(job, slicer.slice(ranges)), partitions, notes, table == null ? 0 : rowBytes(table));
    }

    private String newId() {
        return "bf-" + ID.format(clock.instant()) + "-"
                + UUID.randomUUID().toString().substring(0, 4);
    }

    private @Nullable Table table(BackfillRequest request) {
        try {
            return catalog.loadTable(TableIdentifier.parse(request.source().table()));
        } catch (NoSuchTableException e) {
            if (request.fromBronze()) {
                throw new SluiceException(
                        ErrorCode.TABLE_MISSING,
                        "[%s] Cannot backfill from bronze: the catalog has no such table"
                                .formatted(request.source().table()),
                        e);
            }
            return null;
        }
    }

    private static Set<TopicPartition> wanted(BackfillRequest request, TopicFacts facts) {
        Map<Integer, Long> named = request.named();
        Set<Integer> numbers = new TreeSet<>(request.partitions());
        if (named != null) {
            if (numbers.isEmpty()) {
                numbers.addAll(named.keySet());
            } else if (!named.keySet().containsAll(numbers)) {
                throw new SluiceException(
                        ErrorCode.USAGE,
                        "[%s] Cannot backfill partitions %s: expected partitions that the offsets file names, found %s in it"
                                .formatted(facts.name(), numbers, new TreeSet<>(named.keySet())));
            }
        } else if (numbers.isEmpty()) {
            IntStream.range(0, facts.partitions()).forEach(numbers::add);
        }
        for (int number : numbers) {
            if (number < 0 || number >= facts.partitions()) {
                throw new SluiceException(
                        ErrorCode.USAGE,
                        "[%s-%d] Cannot backfill: the topic has no such partition, expected 0 to %d"
                                .formatted(facts.name(), number, facts.partitions() - 1));
            }
        }
        return numbers.stream()
                .map(number -> new TopicPartition(facts.name(), number))
                .collect(Collectors.toCollection(java.util.LinkedHashSet::new));
    }

    /** One end of the ranges, resolved. */
    private final class Offsets {
        private final Bound bound;
        private final Map<TopicPartition, Long> atTime;

        Offsets(Bound bound, Set<TopicPartition> partitions) {
            this.bound = bound;
            this.atTime = bound instanceof Bound.Time time ? cluster.offsetsAt(partitions, time.time()) : Map.of();
        }

        Optional<Long> of(TopicPartition partition) {
            if (bound instanceof Bound.Offset offset) {
                return Optional.of(offset.offset());
            }
            if (bound instanceof Bound.PerPartition per) {
                return Optional.ofNullable(per.offsets().get(partition.partition()));
            }
            return Optional.ofNullable(atTime.get(partition));
        }
    }

    /** What bounds the range of one partition. */
    private final class Limits {
        private final BackfillRequest request;
        private final TopicPartition partition;
        private final SourcePartition source;
        private final long start;
        /** Whether rows before the start stay as they are, since the topic does not hold their records any more. */
        private final boolean kept;

        private final long live;

        Limits(BackfillRequest request, TopicPartition partition, SourcePartition source, Ledger ledger) {
            this.request = request;
            this.partition = partition;
            this.source = source;
            long logStart = cluster.logStart(partition);
            long firstHeld = ledger.stretches().stream()
                    .filter(stretch -> stretch.source().equals(source))
                    .mapToLong(stretch -> stretch.first())
                    .min()
                    .orElse(logStart);
            this.kept = request.overwrites() && firstHeld < logStart;
            this.start = request.fromBronze() ? firstHeld : kept ? logStart : Math.min(logStart, firstHeld);
            this.live = ledger.entry(source)
                    .map(entry -> entry.to())
                    .orElseGet(() ->
                            cluster.committed(config.applicationId(), partition).orElse(logStart));
        }

        OffsetRange range(Offsets wantedFrom, Offsets wantedTo, List<String> notes) {
            long from = wantedFrom.of(partition).orElse(start);
            long to = wantedTo.of(partition).orElse(live);
            if (to < from && wantedTo.of(partition).isPresent()) {
                throw new SluiceException(
                        ErrorCode.USAGE,
                        "[%s] Cannot backfill: the range ends before it starts, expected the end after %d, found %d"
                                .formatted(partition, from, to));
            }
            if (kept && (from < start || wantedFrom.of(partition).isEmpty())) {
                notes.add("offsets before %d are gone from the topic: rows of them stay as they are".formatted(start));
                from = Math.max(from, start);
            } else if (from < start) {
                notes.add(
                        request.fromBronze()
                                ? "offsets %d to %d are not in bronze".formatted(from, start - 1)
                                : "offsets %d to %d are gone from the topic, whose log starts at %d, and are not in bronze"
                                        .formatted(from, start - 1, start));
                from = start;
            }
            if (to > live) {
                long end = cluster.logEnd(partition);
                if (to > end) {
                    notes.add("the topic ends at %d; offsets from there on do not exist yet".formatted(end));
                }
                if (live < end) {
                    notes.add("offsets %d to %d are the live flow's, which has not landed them yet"
                            .formatted(Math.max(from, live), Math.min(to, end) - 1));
                }
                to = live;
            }
            if (from >= to && notes.isEmpty()) {
                notes.add(live <= start ? "the live flow lands this partition from its start" : "the range is empty");
            }
            return new OffsetRange(source, Math.min(from, to), to);
        }
    }

    private static PartitionPlan look(
            OffsetRange range, @Nullable Table table, Ledger ledger, DeadOffsets dead, List<String> notes) {
        long recognised = 0;
        if (table != null) {
            for (OffsetRange held : ledger.held(range)) {
                recognised += HeldOffsets.in(table, held).size();
            }
        }
        long deadLettered = dead.count(range);
        return new PartitionPlan(
                range, recognised, deadLettered, Math.max(0, range.length() - recognised - deadLettered), notes);
    }

    private DayOffsets days(BackfillRequest request, @Nullable Table table) {
        return request.fromBronze() && table != null
                ? DayOffsets.ofBronze(table, request.source().topic())
                : cluster::notOlder;
    }

    private static double rowBytes(Table table) {
        long rows = 0;
        long bytes = 0;
        for (TableFiles.LiveFile live : TableFiles.current(table).files()) {
            DataFile file = live.file();
            rows += file.recordCount();
            bytes += file.fileSizeInBytes();
        }
        return rows == 0 ? 0 : (double) bytes / rows;
    }
}
