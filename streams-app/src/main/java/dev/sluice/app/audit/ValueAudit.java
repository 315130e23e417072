package dev.sluice.app.audit;

import dev.sluice.app.config.SourceConfig;
import dev.sluice.app.kafka.TopicReader;
import dev.sluice.schemas.framing.ConfluentFraming;
import dev.sluice.schemas.registry.SchemaRegistry;
import dev.sluice.sink.audit.AuditLine;
import dev.sluice.sink.audit.BronzeValues;
import dev.sluice.sink.ledger.LedgerEntry;
import dev.sluice.sink.ledger.TableLedger;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.apache.iceberg.Table;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Whether bronze holds what was sent, byte for byte: every value is rebuilt from the columns of its row and compared
 * with the topic, as far back as that reaches. Holds nine bytes for each offset.
 */
public final class ValueAudit implements PipelineAudit.BronzeAudit {
    private static final String PROMISE = "Bronze holds what was sent";
    private static final int SHOWN = 3;

    private final TopicReader topics;
    private final SchemaRegistry registry;

    public ValueAudit(Map<String, String> kafka, SchemaRegistry registry, InstantSource clock) {
        this.topics = new TopicReader(kafka, clock);
        this.registry = registry;
    }

    /** The values of a stretch of one partition, as the topic has them. */
    private static final class Sent {
        private final long first;
        private final long[] sums;
        private final boolean[] known;
        private long equal;
        private long rows;
        private final List<Long> different = new ArrayList<>();

        Sent(long first, long to) {
            this.first = first;
            this.sums = new long[Math.toIntExact(to - first)];
            this.known = new boolean[sums.length];
        }

        void sent(long offset, byte @Nullable [] value) {
            if (covers(offset)) {
                sums[(int) (offset - first)] = sum(-1, value, 0);
                known[(int) (offset - first)] = true;
                if (value != null && value.length >= ConfluentFraming.HEADER_LENGTH) {
                    int id = (value[1] & 0xff) << 24
                            | (value[2] & 0xff) << 16
                            | (value[3] & 0xff) << 8
                            | (value[4] & 0xff);
                    sums[(int) (offset - first)] = sum(id, value, ConfluentFraming.HEADER_LENGTH);
                }
            }
        }

        void landed(long offset, int schemaId, byte @Nullable [] value) {
            if (!covers(offset) || !known[(int) (offset - first)]) {
                // Before the log start, or an offset that other lines are about.
                return;
            }
            rows++;
            if (sums[(int) (offset - first)] == sum(schemaId, value, 0)) {
                equal++;
            } else if (different.size() < SHOWN) {
                different.add(offset);
            }
        }

        private boolean covers(long offset) {
            return offset >= first && offset - first < sums.length;
        }

        private static long sum(int schemaId, byte @Nullable [] value, int from) {
            if (value == null) {
                return -1;
            }
            CRC32C crc = new CRC32C();
            crc.update(value, from, value.length - from);
            long low = crc.getValue();
            crc.update(schemaId >>> 24);
            crc.update(schemaId >>> 16);
            crc.update(schemaId >>> 8);
            crc.update(schemaId);
            return (crc.getValue() << 32 | low) & Long.MAX_VALUE;
        }
    }

    @Override
    public List<AuditLine> check(SourceConfig source, Table table, long snapshotId) {
        if (!source.pii().isEmpty()) {
            return List.of(AuditLine.note(
                    PROMISE,
                    source.table(),
                    "not compared, since rules for personal data change values on their way",
                    0));
        }
        List<LedgerEntry> stretches = TableLedger.at(table, snapshotId)
                .map(ledger -> ledger.stretches())
                .orElse(List.of());
        Map<TopicPartition, Long> starts =
                topics.starts(stretches.stream().map(ValueAudit::partition).collect(Collectors.toSet()));
        List<AuditLine> lines = new ArrayList<>();
        Map<TopicPartition, List<Sent>> sent = new HashMap<>();
        for (LedgerEntry stretch : stretches) {
            TopicPartition partition = partition(stretch);
            long first = Math.min(stretch.to(), Math.max(stretch.first(), starts.getOrDefault(partition, 0L)));
            Sent one = new Sent(first, stretch.to());
            sent.computeIfAbsent(partition, none -> new ArrayList<>()).add(one);
            topics.read(
                    Map.of(partition, first),
                    Map.of(partition, stretch.to()),
                    record -> one.sent(record.offset(), record.value()));
        }
        new BronzeValues(table, registry::byId)
                .forEach(
                        snapshotId,
                        (topic, partition, offset, schemaId, value) -> sent.getOrDefault(
                                        new TopicPartition(topic, partition), List.of())
                                .forEach(one -> one.landed(offset, schemaId, value)));
        sent.forEach((partition, all) -> lines.add(AuditLine.equal(
                PROMISE,
                partition.toString(),
                "rows whose record the topic holds = rows whose value is the record's, byte for byte",
                all.stream().mapToLong(one -> one.rows).sum(),
                all.stream().mapToLong(one -> one.equal).sum(),
                "values differ at offsets "
                        + all.stream().flatMap(one -> one.different.stream()).toList())));
        return lines;
    }

    private static TopicPartition partition(LedgerEntry stretch) {
        return new TopicPartition(stretch.source().topic(), stretch.source().partition());
    }
}
