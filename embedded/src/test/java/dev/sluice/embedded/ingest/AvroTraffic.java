package dev.sluice.embedded.ingest;

import dev.sluice.schemas.framing.ConfluentFraming;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Avro records of any schema for a topic, under the topic's subject. */
final class AvroTraffic implements AutoCloseable {
    private final TestPlatform platform;
    private final String topic;
    private final int partitions;
    private final Producer<byte[], byte[]> producer;
    private long sent;

    AvroTraffic(TestPlatform platform, String topic, int partitions) {
        this.platform = platform;
        this.topic = topic;
        this.partitions = partitions;
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", platform.bootstrapServers(), "enable.idempotence", true),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        // A subject of a test takes any schema; what is compatible is for the landing to find out.
        platform.registry().setCompatibility(topic + "-value", "NONE");
    }

    /** Sends a record to the next partition in turn. */
    void send(String key, GenericRecord value) {
        sendBytes(key, framed(value), Map.of());
    }

    void send(String key, GenericRecord value, Map<String, String> headers) {
        sendBytes(key, framed(value), headers);
    }

    void sendBytes(String key, byte @Nullable [] value, Map<String, String> headers) {
        List<Header> all = new ArrayList<>();
        headers.forEach((name, text) -> all.add(new RecordHeader(name, text.getBytes(StandardCharsets.UTF_8))));
        producer.send(new ProducerRecord<>(
                topic, (int) (sent++ % partitions), null, key.getBytes(StandardCharsets.UTF_8), value, all));
    }

    byte[] framed(GenericRecord value) {
        Schema schema = value.getSchema();
        return ConfluentFraming.frame(platform.registry().register(topic + "-value", schema), encode(value));
    }

    static byte[] encode(GenericRecord value) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
            new GenericDatumWriter<GenericRecord>(value.getSchema()).write(value, encoder);
            encoder.flush();
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void flush() {
        producer.flush();
    }

    @Override
    public void close() {
        producer.close();
    }
}
