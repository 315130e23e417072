package dev.sluice.app.status;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.app.kafka.Cluster;
import dev.sluice.sink.ledger.Ledger;
import dev.sluice.sink.ledger.LedgerEntry;
import dev.sluice.sink.ledger.TableLedger;
import dev.sluice.sink.merge.Changes;
import dev.sluice.sink.merge.Stamp;
import dev.sluice.sink.model.Model;
import dev.sluice.sink.model.ModelSet;
import dev.sluice.sink.model.Ref;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Reads the status of a pipeline from outside: nothing is asked of the service, so it works when that is down. */
public final class StatusReader {
    private final SluiceConfig config;
    private final Catalog catalog;
    private final ModelSet models;
    private final Cluster cluster;

    public StatusReader(SluiceConfig config, Catalog catalog, ModelSet models, Cluster cluster) {
        this.config = config;
        this.catalog = catalog;
        this.models = models;
        this.cluster = cluster;
    }

    public PipelineStatus read() {
        Map<String, Optional<Table>> tables = new HashMap<>();
        return new PipelineStatus(
                config.sources().stream()
                        .map(source -> source(source, table(tables, source.table())))
                        .toList(),
                models.models().stream().map(model -> model(model, tables)).toList());
    }

    private SourceStatus source(SourceConfig source, Optional<Table> table) {
        long end = cluster.topic(source.topic()).stream()
                .flatMap(topic -> IntStream.range(0, topic.partitions())
                        .mapToObj(partition -> new TopicPartition(source.topic(), partition)))
                .mapToLong(cluster::logEnd)
                .sum();
        Ledger ledger = table.map(TableLedger::read).orElse(Ledger.EMPTY);
        return new SourceStatus(
                source.name(),
                source.topic(),
                source.table(),
                end,
                ledger.entries().values().stream().mapToLong(LedgerEntry::to).sum(),
                ledger.counts(),
                table.map(StatusReader::lastCommit).orElse(null));
    }

    private ModelStatus model(Model model, Map<String, Optional<Table>> tables) {
        Optional<Table> table = table(tables, model.name());
        return new ModelStatus(
                model.name(),
                table.map(found -> total(found, "total-records") - deletedRows(found))
                        .orElse(0L),
                table.map(found -> total(found, "total-data-files")).orElse(0L),
                isUpToDate(model, table, tables),
                table.map(StatusReader::lastCommit).orElse(null));
    }

    private boolean isUpToDate(Model model, Optional<Table> table, Map<String, Optional<Table>> tables) {
        Map<String, Long> consumed =
                table.flatMap(Stamp::of).map(Stamp::upstream).orElse(Map.of());
        for (Ref ref : model.refs()) {
            Optional<Table> read = table(tables, ref.name());
            Snapshot current = read.map(Table::currentSnapshot).orElse(null);
            Long from = consumed.get(ref.name());
            if (current != null && (from == null || !Changes.none(read.orElseThrow(), from, current))) {
                return false;
            }
        }
        return true;
    }

    private Optional<Table> table(Map<String, Optional<Table>> tables, String name) {
        return tables.computeIfAbsent(name, this::load);
    }

    private Optional<Table> load(String name) {
        try {
            return Optional.of(catalog.loadTable(TableIdentifier.parse(name)));
        } catch (NoSuchTableException e) {
            return Optional.empty();
        }
    }

    private static @Nullable Instant lastCommit(Table table) {
        Snapshot snapshot = table.currentSnapshot();
        return snapshot == null ? null : Instant.ofEpochMilli(snapshot.timestampMillis());
    }

    private static long deletedRows(Table table) {
        return total(table, "total-position-deletes");
    }

    private static long total(Table table, String key) {
        Snapshot snapshot = table.currentSnapshot();
        return snapshot == null ? 0 : Long.parseLong(snapshot.summary().getOrDefault(key, "0"));
    }
}
