package dev.sluice.embedded.connect;

import dev.sluice.schemas.framing.ConfluentFraming;
import dev.sluice.schemas.registry.SchemaRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** The customers topic folded into rows by hand: the newest record of a key wins, a deletion removes the row. */
final class FoldedTopic implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final SchemaRegistry registry;
    private final String topic;
    private final Map<Long, Customer> customers = new TreeMap<>();
    private final Set<Integer> schemaIds = new TreeSet<>();
    private int records;
    private int tombstones;
    private int deletions;

    FoldedTopic(String bootstrapServers, SchemaRegistry registry, String topic) {
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        this.registry = registry;
        this.topic = topic;
    }

    /** The customers by id, as far as they have arrived by now. */
    Map<Long, Customer> customers() throws IOException {
        if (consumer.assignment().isEmpty() && !assign()) {
            return Map.of();
        }
        for (ConsumerRecord<byte[], byte[]> read : consumer.poll(Duration.ofMillis(200))) {
            fold(read);
        }
        return customers;
    }

    int records() {
        return records;
    }

    /** Records without a value, which let compaction forget a key. */
    int tombstones() {
        return tombstones;
    }

    /** Records that say a row was deleted, and carry its last state. */
    int deletions() {
        return deletions;
    }

    Set<Integer> schemaIds() {
        return schemaIds;
    }

    @Override
    public void close() {
        consumer.close();
    }

    private boolean assign() {
        List<TopicPartition> partitions = consumer.listTopics().getOrDefault(topic, List.of()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        return !partitions.isEmpty();
    }

    private void fold(ConsumerRecord<byte[], byte[]> read) throws IOException {
        records++;
        long id = Long.parseLong(new String(read.key(), StandardCharsets.UTF_8));
        if (read.value() == null) {
            tombstones++;
            customers.remove(id);
            return;
        }
        GenericRecord row = decode(read.value());
        if ("true".equals(text(row, "__deleted"))) {
            deletions++;
            customers.remove(id);
        } else {
            customers.put(id, customer(row));
        }
    }

    private GenericRecord decode(byte[] value) throws IOException {
        int schemaId = ConfluentFraming.schemaId(value);
        schemaIds.add(schemaId);
        Schema writer = registry.byId(schemaId);
        BinaryDecoder bytes = DecoderFactory.get()
                .binaryDecoder(
                        value, ConfluentFraming.HEADER_LENGTH, value.length - ConfluentFraming.HEADER_LENGTH, null);
        GenericRecord row = new GenericDatumReader<GenericRecord>(writer).read(null, bytes);
        if (!bytes.isEnd()) {
            throw new IOException("Bytes left over after the Avro value of schema id " + schemaId);
        }
        return row;
    }

    private static Customer customer(GenericRecord row) {
        return new Customer(
                (Long) row.get("customer_id"),
                text(row, "name"),
                text(row, "email"),
                text(row, "segment"),
                text(row, "country"),
                Instant.from(OffsetDateTime.parse(text(row, "updated_at"))),
                text(row, "loyalty_tier"));
    }

    private static @Nullable String text(GenericRecord row, String field) {
        Object value = row.hasField(field) ? row.get(field) : null;
        return value == null ? null : value.toString();
    }
}
