package dev.sluice.embedded.e2e;

import dev.sluice.app.kafka.Cluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The pipeline that Sluice ships with, in small and quick micro-batches. */
final class Pipeline {
    static final Path SHIPPED = Path.of("..", "sluice.yaml").toAbsolutePath().normalize();

    private Pipeline() {}

    /** Writes the configuration into a folder. */
    static Path quick(Path folder) {
        try {
            String models = SHIPPED.resolveSibling("models").toString();
            String text = Files.readString(SHIPPED)
                    .replace("micro-batch: 2s", "micro-batch: 300ms")
                    .replace("interval: 2s", "interval: 300ms")
                    .replace("models: models", "models: " + models);
            return Files.writeString(folder.resolve("quick.yaml"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The topics that somebody else makes in front of a real cluster. */
    static void createTopics(String bootstrapServers) {
        try (Cluster cluster = Cluster.open(Map.of("bootstrap.servers", bootstrapServers))) {
            cluster.createTopic("orders", 4, (short) 1, Map.of("retention.ms", "-1"));
            cluster.createTopic("customers", 1, (short) 1, Map.of("retention.ms", "-1"));
        }
    }

    /** {@link #quick} with consumers that are given up soon after they were killed. */
    static Path quickToRejoin(Path folder) {
        Path file = quick(folder);
        try {
            String text = Files.readString(file)
                    .replace("kafka:\n", "kafka:\n  session.timeout.ms: 1500\n  heartbeat.interval.ms: 300\n");
            return Files.writeString(
                    file,
                    text + "\nstreams:\n  consumer.session.timeout.ms: 1500\n  consumer.heartbeat.interval.ms: 300\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
