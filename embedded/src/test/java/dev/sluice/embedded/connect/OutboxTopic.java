package dev.sluice.embedded.connect;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What the outbox connector wrote to a topic, as far as a plain consumer sees it. */
final class OutboxTopic {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

    private OutboxTopic() {}

    /** Reads until there are so many records. */
    static OutboxTopic read(String bootstrapServers, String topic, int count) throws Exception {
        OutboxTopic read = new OutboxTopic();
        try (var consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ConsumerConfig.GROUP_ID_CONFIG, "outbox-test",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic));
            Deadline.in(LIMIT).until(count + " outbox events on the topic " + topic, () -> {
                consumer.poll(Duration.ofMillis(200)).forEach(read.records::add);
                return read.records.size() >= count;
            });
        }
        return read;
    }

    /** The values of each key in their order, in hexadecimal. */
    Map<String, List<String>> valuesByKey() {
        Map<String, List<String>> values = new TreeMap<>();
        records.forEach(
                read -> values.computeIfAbsent(new String(read.key(), StandardCharsets.UTF_8), any -> new ArrayList<>())
                        .add(hex(read)));
        return values;
    }

    /** The ids of the outbox rows, which the connector puts into a header. */
    Set<String> ids() {
        Set<String> ids = new TreeSet<>();
        records.forEach(
                read -> ids.add(new String(read.headers().lastHeader("id").value(), StandardCharsets.UTF_8)));
        return ids;
    }

    /** Every record as "topic|partition|offset|value". */
    List<String> places() {
        return records.stream()
                .map(read -> "%s|%d|%d|%s".formatted(read.topic(), read.partition(), read.offset(), hex(read)))
                .toList();
    }

    private static String hex(ConsumerRecord<byte[], byte[]> read) {
        return HexFormat.of().formatHex(read.value());
    }
}
