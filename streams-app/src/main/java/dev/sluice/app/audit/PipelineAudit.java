package dev.sluice.app.audit;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.audit.AuditLine;
import dev.sluice.sink.audit.RejectionAudit;
import dev.sluice.sink.audit.TableFilesAudit;
import dev.sluice.sink.audit.TableRows;
import dev.sluice.sink.audit.UnreadableFiles;
import dev.sluice.sink.ledger.TableLedger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;

/**
 * Checks the promises on the live topics and tables of a pipeline. Every table is looked at in one snapshot, taken at
 * the start, and its ledger says which offsets belong to it, so the service may go on meanwhile.
 */
public final class PipelineAudit {
    private static final List<String> PLACE =
            List.of("_kafka_topic", "_kafka_partition", "_kafka_offset", "_schema_id");

    private final SluiceConfig config;
    private final Catalog catalog;
    private final ModelAudit models;
    private final List<BronzeAudit> more;
    private final InstantSource clock;

    public PipelineAudit(SluiceConfig config, Catalog catalog, ModelAudit models, InstantSource clock) {
        this(config, catalog, models, List.of(), clock);
    }

    /** @param more what else is checked of every bronze table whose files are all there */
    public PipelineAudit(
            SluiceConfig config, Catalog catalog, ModelAudit models, List<BronzeAudit> more, InstantSource clock) {
        this.config = config;
        this.catalog = catalog;
        this.models = models;
        this.more = List.copyOf(more);
        this.clock = clock;
    }

    /** Something to be checked of a bronze table at a snapshot. */
    @FunctionalInterface
    public interface BronzeAudit {
        List<AuditLine> check(SourceConfig source, Table table, long snapshotId);
    }

    /** Compares the tables of the models with what their SQL gives on all that they were made from. */
    @FunctionalInterface
    public interface ModelAudit {
        List<AuditLine> check();
    }

    /** Audits these sources, and everything built on them. */
    public AuditReport run(List<SourceConfig> sources) {
        Instant start = clock.instant();
        List<AuditLine> lines = new ArrayList<>();
        SourceAudit sourceAudit = new SourceAudit(config.kafka(), clock);
        for (SourceConfig source : sources) {
            Table table = load(source.table());
            if (table.currentSnapshot() == null) {
                lines.add(AuditLine.note("Nothing lost", source.table(), "rows landed so far", 0));
                continue;
            }
            lines.addAll(check(source, table, table.currentSnapshot().snapshotId(), sourceAudit));
            lines.addAll(deadLetters(source));
        }
        lines.addAll(models.check());
        return new AuditReport(lines, Duration.between(start, clock.instant()));
    }

    private List<AuditLine> check(SourceConfig source, Table table, long snapshotId, SourceAudit sourceAudit) {
        List<AuditLine> lines = new ArrayList<>();
        AuditLine stamps = stamps(source, table);
        List<AuditLine> files = new ArrayList<>(new TableFilesAudit(table, source.table()).check(snapshotId));
        boolean readable = files.stream().noneMatch(AuditLine::failed);
        if (!readable) {
            lines.add(AuditLine.note(
                    "Nothing lost",
                    source.table(),
                    "rows not read, since files are missing or equality deletes: see below",
                    0));
        }
        List<AuditLine> values = new ArrayList<>();
        if (!stamps.failed() && readable) {
            try {
                lines.addAll(rows(source, table, snapshotId, sourceAudit));
                more.forEach(check -> values.addAll(check.check(source, table, snapshotId)));
            } catch (RuntimeException e) {
                files.add(
                        UnreadableFiles.line(source.table(), table, snapshotId).orElseThrow(() -> e));
            }
        }
        lines.add(stamps);
        lines.addAll(files);
        lines.addAll(values);
        return lines;
    }

    private List<AuditLine> rows(SourceConfig source, Table table, long snapshotId, SourceAudit sourceAudit) {
        boolean counted = !source.eventId().isEmpty() && table.schema().findField(source.eventId()) != null;
        List<String> columns = new ArrayList<>(PLACE);
        if (counted) {
            columns.add(source.eventId());
        }
        RepeatedEvents events = new RepeatedEvents();
        List<AuditLine> lines = new ArrayList<>(sourceAudit.check(
                source.dlq(),
                TableLedger.read(table),
                visitor -> new TableRows(table, columns).forEach(snapshotId, row -> {
                    if (row.get(0) instanceof String topic
                            && row.get(1) instanceof Integer partition
                            && row.get(2) instanceof Long offset) {
                        visitor.row(topic, partition, offset, row.get(3) == null);
                    }
                    Object event = counted ? row.get(PLACE.size()) : null;
                    if (event != null) {
                        events.add(event);
                    }
                })));
        if (counted) {
            lines.add(AuditLine.note(
                    "Duplicates are recognised",
                    source.table(),
                    "rows that repeat the %s of a row already landed, and count once in keyed tables"
                            .formatted(source.eventId()),
                    events.count()));
        }
        return lines;
    }

    /** A ledger whose two copies contradict each other says nothing about the rows. */
    private static AuditLine stamps(SourceConfig source, Table table) {
        String promise = "The ledger tells the truth";
        String compared = "batch named by the newest stamp = batch named by the table's properties";
        String mirrored = TableLedger.mirrored(table)
                .map(ledger -> label(ledger.batchId()))
                .orElse("no batch");
        try {
            String stamped = label(TableLedger.read(table).batchId());
            return new AuditLine(
                    promise,
                    source.table(),
                    compared,
                    stamped,
                    mirrored,
                    stamped.equals(mirrored) ? AuditLine.Verdict.PASS : AuditLine.Verdict.FAIL,
                    "the stamp has no mirror, and would be lost with its snapshot");
        } catch (SluiceException e) {
            if (e.code() != ErrorCode.STAMP_MISSING) {
                throw e;
            }
            return new AuditLine(
                    promise,
                    source.table(),
                    compared,
                    "the same batch",
                    mirrored,
                    AuditLine.Verdict.FAIL,
                    String.valueOf(e.getMessage()));
        }
    }

    private static String label(String batchId) {
        return "batch " + batchId.substring(0, Math.min(8, batchId.length()));
    }

    /** A pipeline that never ran with such a table has none, which is no fault. */
    private List<AuditLine> deadLetters(SourceConfig source) {
        TableIdentifier name = TableIdentifier.parse(source.dlqTable().name());
        if (!catalog.tableExists(name)) {
            return List.of();
        }
        Table table = catalog.loadTable(name);
        List<AuditLine> lines = new ArrayList<>(new TwinAudit(config.kafka(), clock).check(name.toString(), table));
        lines.addAll(new RejectionAudit(catalog).check(name.toString(), table));
        return lines;
    }

    private Table load(String name) {
        try {
            return catalog.loadTable(TableIdentifier.parse(name));
        } catch (NoSuchTableException e) {
            throw new SluiceException(
                    ErrorCode.TABLE_MISSING,
                    "[%s] Cannot audit the table: the catalog %s has none of that name; has the service run yet?"
                            .formatted(name, config.catalog().name()),
                    e);
        }
    }
}
