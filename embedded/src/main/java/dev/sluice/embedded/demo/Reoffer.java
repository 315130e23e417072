package dev.sluice.embedded.demo;

import dev.sluice.app.announce.Announcement;
import dev.sluice.app.announce.AnnouncementCodec;
import dev.sluice.app.announce.DataFileJson;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.kafka.TopicReader;
import dev.sluice.app.service.PipelineService;
import dev.sluice.sink.bronze.BronzeBatch;
import dev.sluice.sink.bronze.BronzeCommit;
import dev.sluice.sink.bronze.BronzeCommitter;
import dev.sluice.sink.model.ModelEngine;
import dev.sluice.sink.model.ModelRun;
import dev.sluice.sink.model.ModelSet;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.kafka.common.TopicPartition;

/** Offers every announcement to the tables again and runs the models again, as a committer gone astray would. */
final class Reoffer {
    private static final long NO_EPOCH = -1;

    private final SluiceConfig config;
    private final Catalog catalog;
    private final ModelSet models;
    private final InstantSource clock;

    Reoffer(SluiceConfig config, Catalog catalog, ModelSet models, InstantSource clock) {
        this.config = config;
        this.catalog = catalog;
        this.models = models;
        this.clock = clock;
    }

    ReofferedBatches run() {
        long ranges = 0;
        long recognised = 0;
        for (Map.Entry<Table, List<BronzeBatch>> table : announced().entrySet()) {
            BronzeCommit commit = new BronzeCommitter(table.getKey()).commit(table.getValue(), NO_EPOCH);
            ranges += table.getValue().size();
            recognised += commit.duplicates().size();
        }
        try (ModelEngine engine = new ModelEngine(
                catalog, PipelineService.engineSettings(config, config.data().resolve("reoffer")), clock)) {
            long changed = engine.run(models).stream()
                    .filter(run -> run.kind() != ModelRun.Kind.UP_TO_DATE)
                    .count();
            return new ReofferedBatches(ranges, recognised, changed);
        }
    }

    private Map<Table, List<BronzeBatch>> announced() {
        AnnouncementCodec codec = new AnnouncementCodec();
        Map<String, Table> tables = new LinkedHashMap<>();
        Map<Table, List<BronzeBatch>> batches = new LinkedHashMap<>();
        TopicReader topics = new TopicReader(config.kafka(), clock);
        Map<TopicPartition, Long> ends = topics.ends(SluiceConfig.ANNOUNCEMENT_TOPIC);
        topics.read(topics.starts(ends.keySet()), ends, record -> {
            Announcement announcement = codec.fromBytes(record.value());
            if (!announcement.pipeline().equals(config.name())) {
                return;
            }
            Table table = tables.computeIfAbsent(
                    announcement.table(), name -> catalog.loadTable(TableIdentifier.parse(name)));
            batches.computeIfAbsent(table, none -> new ArrayList<>())
                    .add(new BronzeBatch(
                            announcement.range(),
                            record.offset(),
                            announcement.counts(),
                            announcement.files().stream()
                                    .map(file -> DataFileJson.read(file, table.specs()))
                                    .toList()));
        });
        return batches;
    }
}
