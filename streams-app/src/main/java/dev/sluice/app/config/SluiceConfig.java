package dev.sluice.app.config;

import dev.sluice.sink.trino.TrinoCluster;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Everything a pipeline is told by its {@code sluice.yaml}. A wrong value is a {@code CONFIG_INVALID}.
 *
 * @param data local folder for state, temporary files and key indexes
 * @param instance name of this process among those of the pipeline; must stay the same over restarts, and no two
 *     running processes may share it
 * @param kafka passed to every Kafka client
 * @param streams passed to Kafka Streams on top of {@code kafka}
 * @param registry passed to the schema registry client
 * @param trino a Trino cluster on the same tables, if there is one
 * @param models folder of the SQL models
 */
public record SluiceConfig(
        String name,
        Path data,
        String instance,
        Map<String, String> kafka,
        Map<String, String> streams,
        Map<String, String> registry,
        CatalogConfig catalog,
        IngestConfig ingest,
        CommitConfig commit,
        EngineConfig engine,
        MaintenanceConfig maintenance,
        Optional<TrinoCluster> trino,
        HttpConfig http,
        Path models,
        List<SourceConfig> sources) {
    /** The topic through which ingest tells the committer of closed files. */
    public static final String ANNOUNCEMENT_TOPIC = "sluice.bronze-files";

    private static final String BOOTSTRAP = "bootstrap.servers";

    public SluiceConfig {
        Require.name("name", name);
        Require.name("instance", instance);
        kafka = Map.copyOf(kafka);
        streams = Map.copyOf(streams);
        registry = Map.copyOf(registry);
        sources = List.copyOf(sources);
        if (kafka.getOrDefault(BOOTSTRAP, "").isBlank()) {
            throw Require.invalid("kafka.bootstrap.servers", "host:port", "nothing");
        }
        if (sources.isEmpty()) {
            throw Require.invalid("sources", "at least one source", "none");
        }
        if (engine.type() == EngineConfig.Type.TRINO && trino.isEmpty()) {
            throw Require.invalid("trino.url", "the cluster that engine.type: trino runs models on", "nothing");
        }
        requireDistinct("name", sources, SourceConfig::name);
        requireDistinct("topic", sources, SourceConfig::topic);
        requireDistinct("table", sources, SourceConfig::table);
        for (SourceConfig source : sources) {
            if (source.topic().equals(ANNOUNCEMENT_TOPIC) || source.dlq().equals(ANNOUNCEMENT_TOPIC)) {
                throw Require.invalid("topic", "another topic than the announcements", ANNOUNCEMENT_TOPIC);
            }
        }
    }

    /** The Kafka Streams {@code application.id} and consumer group of the ingest. */
    public String applicationId() {
        return "sluice-" + name;
    }

    /** The consumer group whose one member with the partition leads the commits. */
    public String committerGroup() {
        return applicationId() + "-committer";
    }

    /** The same with properties for every Kafka client that does not set them itself. */
    public SluiceConfig withKafkaDefaults(Map<String, String> defaults) {
        Map<String, String> properties = new HashMap<>(defaults);
        properties.putAll(kafka);
        return new SluiceConfig(
                name,
                data,
                instance,
                properties,
                streams,
                registry,
                catalog,
                ingest,
                commit,
                engine,
                maintenance,
                trino,
                http,
                models,
                sources);
    }

    /** The client properties with others on top. */
    public Map<String, Object> kafkaWith(Map<String, ?> others) {
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.putAll(others);
        return properties;
    }

    /** The whole configuration as YAML that this package reads again, secrets hidden. */
    public String describe() {
        return new ConfigText(this).yaml();
    }

    @Override
    public String toString() {
        return describe();
    }

    private static void requireDistinct(
            String key, List<SourceConfig> sources, Function<SourceConfig, String> property) {
        Set<String> seen = new HashSet<>();
        for (SourceConfig source : sources) {
            if (!seen.add(property.apply(source))) {
                throw Require.invalid(
                        "sources", "a " + key + " of its own for each", property.apply(source) + " twice");
            }
        }
    }
}
