package dev.sluice.app.audit;

import dev.sluice.app.kafka.TopicReader;
import dev.sluice.sink.audit.AuditLine;
import dev.sluice.sink.audit.OffsetSet;
import dev.sluice.sink.audit.TableRows;
import dev.sluice.sink.deadletter.DeadLetterColumns;
import dev.sluice.sink.ledger.LedgerEntry;
import dev.sluice.sink.ledger.TableLedger;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.Table;
import org.apache.kafka.common.TopicPartition;

/**
 * Compares the table of dead letters with their topic, offset by offset, as far as the table's ledger goes. Rows that
 * models rejected have no offset there, and are not counted.
 */
final class TwinAudit {
    private final TopicReader topics;

    TwinAudit(Map<String, String> kafka, InstantSource clock) {
        this.topics = new TopicReader(kafka, clock);
    }

    private record Both(OffsetSet topic, OffsetSet table) {}

    List<AuditLine> check(String name, Table table) {
        if (table.currentSnapshot() == null) {
            return List.of();
        }
        long snapshotId = table.currentSnapshot().snapshotId();
        Map<TopicPartition, Long> to = new TreeMap<>(Comparator.comparing(TopicPartition::toString));
        Map<TopicPartition, Long> from = new TreeMap<>(Comparator.comparing(TopicPartition::toString));
        Map<TopicPartition, Both> both = new TreeMap<>(Comparator.comparing(TopicPartition::toString));
        for (LedgerEntry entry : TableLedger.read(table).entries().values()) {
            TopicPartition partition =
                    new TopicPartition(entry.source().topic(), entry.source().partition());
            long start = topics.starts(java.util.Set.of(partition)).getOrDefault(partition, 0L);
            long first = Math.min(entry.to(), Math.max(entry.first(), start));
            from.put(partition, first);
            to.put(partition, entry.to());
            both.put(partition, new Both(new OffsetSet(first, entry.to()), new OffsetSet(first, entry.to())));
        }
        topics.read(from, to, record -> {
            Both found = both.get(new TopicPartition(record.topic(), record.partition()));
            if (found != null) {
                found.topic().add(record.offset());
            }
        });
        new TableRows(
                        table,
                        List.of(
                                DeadLetterColumns.DLQ_TOPIC,
                                DeadLetterColumns.DLQ_PARTITION,
                                DeadLetterColumns.DLQ_OFFSET))
                .forEach(snapshotId, row -> {
                    if (row.get(0) instanceof String topic
                            && row.get(1) instanceof Integer partition
                            && row.get(2) instanceof Long offset) {
                        Both found = both.get(new TopicPartition(topic, partition));
                        if (found != null) {
                            found.table().add(offset);
                        }
                    }
                });
        List<AuditLine> lines = new ArrayList<>();
        both.forEach((partition, found) -> lines.add(line(name, partition, found)));
        return lines;
    }

    private static AuditLine line(String name, TopicPartition partition, Both found) {
        OffsetSet lost = found.topic().minus(found.table());
        OffsetSet invented = found.table().minus(found.topic());
        boolean same = lost.size() == 0 && invented.size() == 0 && found.table().repeated() == 0;
        return new AuditLine(
                "Dead letters can be queried",
                name,
                "records of %s up to the table's ledger = rows, none twice".formatted(partition),
                Long.toString(found.topic().size()),
                Long.toString(found.table().size() + found.table().repeated()),
                same ? AuditLine.Verdict.PASS : AuditLine.Verdict.FAIL,
                "missing: " + lost.sample() + "; not in the topic: " + invented.sample() + "; twice: "
                        + found.table().repeatedOnes().sample());
    }
}
