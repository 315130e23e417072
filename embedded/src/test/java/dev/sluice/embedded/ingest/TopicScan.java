package dev.sluice.embedded.ingest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads topics from end to end, those of Kafka itself included. */
final class TopicScan {
    private final TestPlatform platform;

    TopicScan(TestPlatform platform) {
        this.platform = platform;
    }

    Set<String> topics() throws Exception {
        return new TreeSet<>(platform.admin()
                .listTopics(new ListTopicsOptions().listInternal(true))
                .names()
                .get());
    }

    /** The records of a topic that hold the marker in key, value or a header. */
    List<ConsumerRecord<byte[], byte[]>> records(String topic, Marker marker) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records(topic)) {
            boolean here = record.value() != null && marker.in(record.value());
            here |= record.key() != null && marker.in(record.key());
            for (Header header : record.headers()) {
                here |= header.value() != null && marker.in(header.value());
            }
            if (here) {
                found.add(record);
            }
        }
        return found;
    }

    List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", platform.bootstrapServers(),
                        "exclude.internal.topics", "false",
                        // All that is read is there; a fetch that waits for more holds up the close.
                        "fetch.max.wait.ms", "10"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            Collection<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
    }
}
