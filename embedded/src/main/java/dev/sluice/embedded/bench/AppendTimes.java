package dev.sluice.embedded.bench;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.kafka.Cluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** When the broker took each record of a topic in, by its own clock. */
final class AppendTimes {
    private final SluiceConfig config;
    private final String topic;
    private final int partitions;

    private AppendTimes(SluiceConfig config, String topic, int partitions) {
        this.config = config;
        this.topic = topic;
        this.partitions = partitions;
    }

    /** Makes the topic, whose records are dated by the broker instead of by the made-up clock of the load. */
    static AppendTimes createTopic(SluiceConfig config, String topic, int partitions) {
        try (Cluster cluster = Cluster.open(config.kafka())) {
            cluster.createTopic(topic, partitions, (short) 1, Map.of("message.timestamp.type", "LogAppendTime"));
        }
        return new AppendTimes(config, topic, partitions);
    }

    /** Milliseconds since the epoch by partition and offset, of all records up to now. */
    List<List<Long>> read() {
        List<List<Long>> times = new ArrayList<>();
        IntStream.range(0, partitions).forEach(partition -> times.add(new ArrayList<>()));
        Map<String, Object> client = new HashMap<>(config.kafka());
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> all = IntStream.range(0, partitions)
                    .mapToObj(partition -> new TopicPartition(topic, partition))
                    .toList();
            consumer.assign(all);
            consumer.seekToBeginning(all);
            Map<TopicPartition, Long> ends = consumer.endOffsets(all);
            while (all.stream().anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    times.get(record.partition()).add(record.timestamp());
                }
            }
        }
        return times;
    }
}
