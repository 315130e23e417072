package dev.sluice.embedded.demo;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.app.dlq.DeadLetters;
import dev.sluice.load.ExpectedTables;
import dev.sluice.load.PartitionCount;
import dev.sluice.sink.audit.AuditLine;
import dev.sluice.sink.audit.TableRows;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;

/** Compares bronze and the dead letters with what the generator says it sent. */
final class LandedProof {
    private static final String PROMISE = "What was sent is what was landed";

    private final SourceConfig source;
    private final SluiceConfig config;
    private final Catalog catalog;
    private final ExpectedTables expected;
    private final InstantSource clock;

    LandedProof(SluiceConfig config, Catalog catalog, ExpectedTables expected, InstantSource clock) {
        this.source = config.sources().get(0);
        this.config = config;
        this.catalog = catalog;
        this.expected = expected;
        this.clock = clock;
    }

    List<AuditLine> check() {
        List<AuditLine> lines = new ArrayList<>(rows());
        Map<String, Long> wanted = expected.deadLettersByReason();
        Map<String, Long> found = deadLettersByReason(config, source, clock);
        Set<String> reasons = new TreeSet<>(wanted.keySet());
        reasons.addAll(found.keySet());
        for (String reason : reasons) {
            lines.add(AuditLine.equal(
                    PROMISE,
                    source.dlq() + " " + reason,
                    "malformed records sent = dead letters",
                    wanted.getOrDefault(reason, 0L),
                    found.getOrDefault(reason, 0L),
                    "the sink and the generator disagree about what is malformed"));
        }
        return lines;
    }

    private List<AuditLine> rows() {
        Table table = catalog.loadTable(TableIdentifier.parse(source.table()));
        Map<Integer, Long> byPartition = new HashMap<>();
        if (table.currentSnapshot() != null) {
            new TableRows(table, List.of("_kafka_partition"))
                    .forEach(
                            table.currentSnapshot().snapshotId(),
                            row -> byPartition.merge((Integer) row.get(0), 1L, Long::sum));
        }
        List<AuditLine> lines = new ArrayList<>();
        for (PartitionCount count : expected.partitions()) {
            lines.add(AuditLine.equal(
                    PROMISE,
                    source.topic() + "-" + count.partition(),
                    "valid records sent = rows in bronze",
                    count.rows() + count.tombstones(),
                    byPartition.getOrDefault(count.partition(), 0L),
                    "rows are missing or too many"));
        }
        return lines;
    }

    /** What the dead-letter topic of a source holds. */
    static Map<String, Long> deadLettersByReason(SluiceConfig config, SourceConfig source, InstantSource clock) {
        Map<String, Long> reasons = new TreeMap<>();
        new DeadLetters(config.kafka(), clock)
                .read(source.dlq(), letter -> reasons.merge(letter.reason(), 1L, Long::sum));
        return reasons;
    }
}
