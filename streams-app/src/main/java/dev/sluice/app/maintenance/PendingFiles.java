package dev.sluice.app.maintenance;

import dev.sluice.app.announce.Announcement;
import dev.sluice.app.announce.AnnouncementCodec;
import dev.sluice.app.announce.DataFileJson;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.kafka.TopicReader;
import dev.sluice.sink.ledger.TableLedger;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Table;
import org.apache.kafka.common.TopicPartition;

/** The files that are announced for a table and not committed to it yet; no orphans, however long that takes. */
public final class PendingFiles {
    private static final TopicPartition ANNOUNCEMENTS = new TopicPartition(SluiceConfig.ANNOUNCEMENT_TOPIC, 0);

    private final SluiceConfig config;
    private final InstantSource clock;

    public PendingFiles(SluiceConfig config, InstantSource clock) {
        this.config = config;
        this.clock = clock;
    }

    /**
     * Their locations.
     *
     * @param name of the table; one that no source lands into has none
     * @throws dev.sluice.error.SluiceException {@code KAFKA_UNAVAILABLE}; {@code ANNOUNCEMENT_INVALID}
     */
    public Set<String> of(String name, Table table) {
        Set<String> pending = new HashSet<>();
        if (config.sources().stream().noneMatch(source -> source.table().equals(name))) {
            return pending;
        }
        long held = TableLedger.read(table).announcementOffset();
        TopicReader reader = new TopicReader(config.kafka(), clock);
        Map<TopicPartition, Long> from = new HashMap<>(reader.starts(Set.of(ANNOUNCEMENTS)));
        from.computeIfPresent(ANNOUNCEMENTS, (partition, start) -> Math.max(start, held + 1));
        AnnouncementCodec codec = new AnnouncementCodec();
        reader.read(from, reader.ends(ANNOUNCEMENTS.topic()), record -> {
            Announcement announcement = codec.fromBytes(record.value());
            if (announcement.table().equals(name)) {
                announcement
                        .files()
                        .forEach(file -> pending.add(
                                DataFileJson.read(file, table.specs()).location()));
            }
        });
        return pending;
    }
}
