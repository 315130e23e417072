package dev.sluice.app.ingest;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.kafka.PipelineTopics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The Kafka Streams configuration of the ingest: defaults that suit landing, then what the user passes through, then
 * what must not be changed because exactly-once rests on it.
 */
final class StreamsProperties {
    private static final Duration LEAST_TRANSACTION_TIMEOUT = Duration.ofSeconds(60);
    private static final int LARGEST_REQUEST = 64 << 20;
    /** So few that they are still in the processor's cache when they are landed. */
    private static final String POLL_RECORDS = "1000";

    private final SluiceConfig config;

    StreamsProperties(SluiceConfig config) {
        this.config = config;
    }

    Properties build() {
        Properties properties = new Properties();
        properties.put(
                StreamsConfig.STATE_DIR_CONFIG,
                Path.of(config.data().toString(), "streams").toString());
        properties.put(
                StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), millis(transactionTimeout()));
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_BLOCK_MS_CONFIG), "30000");
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "zstd");
        properties.put(
                StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
                Integer.toString(Math.max(LARGEST_REQUEST, PipelineTopics.MAX_ANNOUNCEMENT_BYTES)));
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), "10000");
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), "2000");
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), POLL_RECORDS);
        properties.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, POLL_RECORDS);
        // Each task reads one topic, so there is no other one to wait for.
        properties.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, Long.toString(StreamsConfig.MAX_TASK_IDLE_MS_DISABLED));

        // Not ours to use; set because its default logs a warning at every start.
        properties.put("processing.exception.handler.global.enabled", "true");

        properties.putAll(config.kafka());
        properties.putAll(config.streams());

        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, millis(config.ingest().microBatch()));
        properties.put(
                StreamsConfig.NUM_STREAM_THREADS_CONFIG,
                Integer.toString(config.ingest().threads()));
        properties.put(
                StreamsConfig.GROUP_PROTOCOL_CONFIG,
                config.ingest().protocol().name().toLowerCase(Locale.ROOT));
        return properties;
    }

    /** How long a neighbour may stay away while a transaction is open, before the thread gives up. */
    Duration patience() {
        return transactionTimeout().dividedBy(3);
    }

    private Duration transactionTimeout() {
        Duration several = config.ingest().microBatch().multipliedBy(3);
        return several.compareTo(LEAST_TRANSACTION_TIMEOUT) > 0 ? several : LEAST_TRANSACTION_TIMEOUT;
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }
}
