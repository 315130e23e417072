package dev.sluice.app.audit;

import dev.sluice.app.config.SourceConfig;
import dev.sluice.app.kafka.TopicReader;
import dev.sluice.schemas.framing.ConfluentFraming;
import dev.sluice.schemas.registry.SchemaRegistry;
import dev.sluice.sink.audit.AuditLine;
import dev.sluice.sink.audit.BronzeImages;
import dev.sluice.sink.audit.RowImage;
import dev.sluice.sink.audit.RowImages;
import dev.sluice.sink.land.PiiAction;
import dev.sluice.sink.ledger.LedgerEntry;
import dev.sluice.sink.ledger.TableLedger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Whether bronze holds what was sent, as far back as the topic reaches: every column of a row is compared with the
 * record, and every value is rebuilt from its row. What a rule for personal data changes is compared with what the rule
 * must have made of the record.
 */
public final class ValueAudit implements PipelineAudit.BronzeAudit {
    private static final String PROMISE = "Bronze holds what was sent";

    private final TopicReader topics;
    private final SchemaRegistry registry;
    private final Hashes hashes;

    /** Whether values under the rule {@code hash} can be compared. */
    public enum Hashes {
        /** The key of the sources is the one that they were landed with. */
        COMPARED,
        /** Somebody else has the key. */
        LEFT_OUT
    }

    public ValueAudit(Map<String, String> kafka, SchemaRegistry registry, Hashes hashes, InstantSource clock) {
        this.topics = new TopicReader(kafka, clock);
        this.registry = registry;
        this.hashes = hashes;
    }

    @Override
    public List<AuditLine> check(SourceConfig source, Table table, long snapshotId) {
        List<LedgerEntry> stretches = TableLedger.at(table, snapshotId)
                .map(ledger -> ledger.stretches())
                .orElse(List.of());
        Map<TopicPartition, Long> starts =
                topics.starts(stretches.stream().map(ValueAudit::partition).collect(Collectors.toSet()));
        Map<TopicPartition, List<StretchValues>> values = new TreeMap<>(Comparator.comparing(TopicPartition::toString));
        Map<StretchValues, LedgerEntry> entries = new HashMap<>();
        for (LedgerEntry stretch : stretches) {
            StretchValues one = new StretchValues(
                    first(stretch, starts), stretch.to(), !source.pii().isEmpty());
            values.computeIfAbsent(partition(stretch), none -> new ArrayList<>())
                    .add(one);
            entries.put(one, stretch);
        }
        byte[] key = hashes == Hashes.COMPARED && !source.piiKey().isEmpty()
                ? source.piiKey().getBytes(StandardCharsets.UTF_8)
                : null;
        RowImages images = new RowImages(table.schema().asStruct(), source.pii(), key);
        BronzeImages bronze = new BronzeImages(table, registry::byId, images);
        bronze.forEach(snapshotId, (topic, partition, offset, image) -> {
            for (StretchValues one : values.getOrDefault(new TopicPartition(topic, partition), List.of())) {
                if (one.covers(offset)) {
                    one.landed(offset, image.get());
                }
            }
        });
        entries.forEach((one, stretch) -> topics.read(
                Map.of(partition(stretch), first(stretch, starts)),
                Map.of(partition(stretch), stretch.to()),
                record -> {
                    if (one.holds(record.offset())) {
                        one.sent(record.offset(), image(images, record));
                    }
                }));
        Map<String, RowImage> found = found(bronze, snapshotId, values);
        List<AuditLine> lines = new ArrayList<>();
        values.forEach((partition, all) -> lines.addAll(lines(source, partition, all, found)));
        return lines;
    }

    /** Of a record that has a row, and so was decoded before. */
    private RowImage image(RowImages images, ConsumerRecord<byte[], byte[]> record) {
        byte[] value = record.value();
        if (value == null || value.length < ConfluentFraming.HEADER_LENGTH) {
            return images.sent(record.timestamp(), record.key(), -1, null, null);
        }
        int id = ByteBuffer.wrap(value, 1, Integer.BYTES).getInt();
        ByteBuffer avro =
                ByteBuffer.wrap(value, ConfluentFraming.HEADER_LENGTH, value.length - ConfluentFraming.HEADER_LENGTH);
        return images.sent(record.timestamp(), record.key(), id, registry.byId(id), avro);
    }

    /** The images of the rows that differ, read once more to say what is wrong with them. */
    private static Map<String, RowImage> found(
            BronzeImages bronze, long snapshotId, Map<TopicPartition, List<StretchValues>> values) {
        Set<String> wanted = new HashSet<>();
        values.forEach((partition, all) -> all.forEach(one -> {
            one.different().keySet().forEach(offset -> wanted.add(place(partition, offset)));
            one.unlikeMasked().keySet().forEach(offset -> wanted.add(place(partition, offset)));
        }));
        Map<String, RowImage> found = new HashMap<>();
        if (!wanted.isEmpty()) {
            bronze.forEach(snapshotId, (topic, partition, offset, image) -> {
                String place = place(new TopicPartition(topic, partition), offset);
                if (wanted.contains(place)) {
                    found.put(place, image.get());
                }
            });
        }
        return found;
    }

    private List<AuditLine> lines(
            SourceConfig source, TopicPartition partition, List<StretchValues> all, Map<String, RowImage> found) {
        Map<Boolean, List<String>> rules = source.pii().entrySet().stream()
                .filter(rule -> rule.getValue().action() != PiiAction.KEEP)
                .collect(Collectors.partitioningBy(
                        rule -> hashes == Hashes.LEFT_OUT && rule.getValue().action() == PiiAction.HASH,
                        Collectors.mapping(Map.Entry::getKey, Collectors.toList())));
        List<String> ruled = rules.getOrDefault(false, List.of());
        List<String> left = rules.getOrDefault(true, List.of());
        String subject = partition.toString();
        long equal = all.stream().mapToLong(StretchValues::equal).sum();
        List<AuditLine> lines = new ArrayList<>();
        lines.add(AuditLine.equal(
                PROMISE,
                subject,
                source.pii().isEmpty()
                        ? "rows whose record the topic holds = rows whose columns and bytes are the record's"
                        : "rows whose record the topic holds = rows whose columns without a rule for personal data"
                                + " are the record's",
                all.stream().mapToLong(StretchValues::rows).sum(),
                equal,
                "values differ at offsets "
                        + named(partition, all, found, StretchValues::different, RowImage::plainDifferences)));
        if (!ruled.isEmpty()) {
            lines.add(AuditLine.equal(
                    PROMISE,
                    subject,
                    "of these, rows whose columns %s are what their rules make of the record's"
                            .formatted(String.join(", ", ruled)),
                    equal,
                    all.stream().mapToLong(StretchValues::equalMasked).sum(),
                    "values differ at offsets %s; rows that were landed under other rules or another key differ too,"
                                    .formatted(named(
                                            partition,
                                            all,
                                            found,
                                            StretchValues::unlikeMasked,
                                            RowImage::maskedDifferences))
                            + " and 'backfill run --overwrite' lands them again"));
        }
        if (!left.isEmpty()) {
            lines.add(AuditLine.note(
                    PROMISE,
                    subject,
                    "rows whose columns %s are not compared, since the key of their hash is not at hand"
                            .formatted(String.join(", ", left)),
                    equal));
        }
        return lines;
    }

    private static String named(
            TopicPartition partition,
            List<StretchValues> all,
            Map<String, RowImage> found,
            Function<StretchValues, SortedMap<Long, RowImage>> which,
            BiFunction<RowImage, RowImage, List<String>> differences) {
        return all.stream()
                .flatMap(one -> which.apply(one).entrySet().stream())
                .map(one -> "%d (%s)"
                        .formatted(
                                one.getKey(),
                                columns(one.getValue(), found.get(place(partition, one.getKey())), differences)))
                .toList()
                .toString();
    }

    private static String columns(
            RowImage sent, @Nullable RowImage landed, BiFunction<RowImage, RowImage, List<String>> differences) {
        return landed == null ? "gone" : String.join(", ", differences.apply(sent, landed));
    }

    private static String place(TopicPartition partition, long offset) {
        return partition + "@" + offset;
    }

    private static long first(LedgerEntry stretch, Map<TopicPartition, Long> starts) {
        return Math.min(stretch.to(), Math.max(stretch.first(), starts.getOrDefault(partition(stretch), 0L)));
    }

    private static TopicPartition partition(LedgerEntry stretch) {
        return new TopicPartition(stretch.source().topic(), stretch.source().partition());
    }
}
