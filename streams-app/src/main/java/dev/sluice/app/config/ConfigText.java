package dev.sluice.app.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.sink.land.Check;
import dev.sluice.sink.maintenance.Budget;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** Writes a configuration in the shape of its file, with secrets hidden. */
final class ConfigText {
    private static final YAMLMapper YAML = new YAMLMapper(YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .build());

    private final SluiceConfig config;

    ConfigText(SluiceConfig config) {
        this.config = config;
    }

    String yaml() {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("name", config.name());
        root.put("data", config.data().toString());
        root.put("instance", config.instance());
        root.put("kafka", Secrets.masked(config.kafka()));
        root.put("streams", Secrets.masked(config.streams()));
        root.put("registry", Secrets.masked(config.registry()));
        Map<String, Object> catalog = new LinkedHashMap<>();
        catalog.put("name", config.catalog().name());
        catalog.put("properties", Secrets.masked(config.catalog().properties()));
        root.put("catalog", catalog);
        root.put("ingest", ingest(config.ingest()));
        root.put("commit", commit(config.commit()));
        root.put("engine", engine(config.engine()));
        root.put("maintenance", maintenance(config.maintenance()));
        config.trino().ifPresent(trino -> {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("url", trino.url());
            map.put("user", trino.user());
            map.put("properties", Secrets.masked(trino.driverProperties()));
            root.put("trino", map);
        });
        root.put(
                "http",
                Map.of("bind", config.http().bind(), "port", config.http().port()));
        root.put("models", config.models().toString());
        root.put("sources", config.sources().stream().map(ConfigText::source).toList());
        try {
            return YAML.writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of maps is always writable", e);
        }
    }

    private static Map<String, Object> ingest(IngestConfig ingest) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("micro-batch", ingest.microBatch().toMillis() + "ms");
        map.put("target-file-size", ingest.targetFileSize() + "B");
        map.put("threads", ingest.threads());
        map.put("protocol", lower(ingest.protocol()));
        map.put("give-up-after", ingest.giveUpAfter().toMillis() + "ms");
        return map;
    }

    private static Map<String, Object> commit(CommitConfig commit) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("interval", commit.interval().toMillis() + "ms");
        map.put("max-batches", commit.maxBatches());
        map.put("give-up-after", commit.giveUpAfter().toMillis() + "ms");
        return map;
    }

    private static Map<String, Object> engine(EngineConfig engine) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("type", lower(engine.type()));
        map.put("memory", engine.memory() + "B");
        map.put("threads", engine.threads());
        return map;
    }

    private static Map<String, Object> maintenance(MaintenanceConfig maintenance) {
        Budget budget = maintenance.budget();
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("enabled", maintenance.enabled());
        map.put("interval", maintenance.interval().toMillis() + "ms");
        map.put("target-file-size", budget.targetFileBytes() + "B");
        map.put("max-small-files", budget.maxSmallFiles());
        map.put("deleted-row-ratio", budget.deletedRowRatio());
        map.put("max-manifests", budget.maxManifests());
        map.put("snapshot-age", budget.snapshotAge().toMillis() + "ms");
        map.put("min-snapshots", budget.minSnapshots());
        map.put("orphan-age", budget.orphanAge().toMillis() + "ms");
        map.put("round-size", budget.bytesPerRound() + "B");
        return map;
    }

    private static Map<String, Object> source(SourceConfig source) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", source.name());
        map.put("topic", source.topic());
        map.put("table", source.table());
        map.put("dlq", source.dlq());
        map.put("subject", source.subject());
        if (!source.piiKey().isEmpty()) {
            map.put("pii-key", Secrets.MASK);
        }
        List<Map<String, Object>> pii = new ArrayList<>();
        source.pii().forEach((column, rule) -> {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("column", column);
            entry.put("rule", lower(rule.action()));
            entry.put("optional", rule.optional());
            pii.add(entry);
        });
        map.put("pii", pii);
        map.put("checks", source.checks().stream().map(ConfigText::check).toList());
        map.put("max-record-bytes", source.maxRecordBytes() + "B");
        Map<String, Object> dlqTable = new LinkedHashMap<>();
        dlqTable.put("name", source.dlqTable().name());
        dlqTable.put("value", lower(source.dlqTable().value()));
        map.put("dlq-table", dlqTable);
        if (!source.contract().isEmpty()) {
            map.put("contract", source.contract());
        }
        if (!source.eventId().isEmpty()) {
            map.put("event-id", source.eventId());
        }
        return map;
    }

    private static Map<String, Object> check(Check check) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("column", check.column());
        if (check instanceof Check.NotNull) {
            map.put("not_null", true);
        } else if (check instanceof Check.Min min) {
            map.put("min", min.bound());
        } else if (check instanceof Check.Max max) {
            map.put("max", max.bound());
        } else if (check instanceof Check.Matches matches) {
            map.put("matches", matches.pattern().pattern());
        } else if (check instanceof Check.In in) {
            map.put("in", new TreeSet<>(in.allowed()));
        }
        return map;
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
