package dev.sluice.embedded.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * A pipeline's configuration as one of several instances on one machine gets it: under a name and with a folder of its
 * own, and with short intervals and session timeouts, so that a death is noticed in seconds.
 */
final class InstanceConfig {
    private static final YAMLMapper YAML = new YAMLMapper();

    /** What the broker must allow. */
    static final Map<String, String> BROKER = Map.of(
            "group.min.session.timeout.ms", "500",
            "group.streams.min.session.timeout.ms", "2000",
            "group.streams.session.timeout.ms", "3000",
            "group.streams.heartbeat.interval.ms", "1000");

    private final Path base;
    private final Duration session;

    /**
     * Makes configurations from a pipeline's own.
     *
     * @param session after so long without a sign of life an instance counts as dead
     */
    InstanceConfig(Path base, Duration session) {
        this.base = base;
        this.session = session;
    }

    /** Writes the file of an instance into its folder, which is made; variables stay as they are. */
    Path write(String instance, Path folder) {
        try {
            ObjectNode root = (ObjectNode) YAML.readTree(base.toFile());
            root.put("instance", instance);
            root.put("data", folder.toAbsolutePath().toString());
            root.put("models", models(root));
            section(root, "kafka")
                    .put("session.timeout.ms", millis(session))
                    .put("heartbeat.interval.ms", millis(session.dividedBy(5)));
            if (!"streams".equals(section(root, "ingest").path("protocol").asText())) {
                section(root, "streams")
                        .put("consumer.session.timeout.ms", millis(session))
                        .put("consumer.heartbeat.interval.ms", millis(session.dividedBy(5)));
            }
            // So long may the records of an instance that died and stays away wait for another.
            section(root, "streams").put("producer.transaction.timeout.ms", "12000");
            section(root, "ingest").put("micro-batch", "300ms");
            section(root, "commit").put("interval", "300ms");
            // Something to tidy up at every visit.
            section(root, "maintenance")
                    .put("interval", "1s")
                    .put("max-small-files", 5)
                    .put("snapshot-age", "5s")
                    .put("min-snapshots", 3);
            section(root, "engine").put("memory", "256MB").put("threads", 1);
            Path file = Files.createDirectories(folder).resolve("sluice.yaml");
            Files.writeString(file, YAML.writeValueAsString(root));
            return file;
        } catch (IOException e) {
            throw new SluiceException(
                    ErrorCode.CONFIG_INVALID, "Cannot read configuration " + base + ": " + e.getMessage(), e);
        }
    }

    private static String millis(Duration time) {
        return Long.toString(time.toMillis());
    }

    private String models(ObjectNode root) {
        return base.toAbsolutePath()
                .resolveSibling(root.path("models").asText("models"))
                .toString();
    }

    private static ObjectNode section(ObjectNode root, String name) {
        JsonNode section = root.get(name);
        return section instanceof ObjectNode object ? object : root.putObject(name);
    }
}
