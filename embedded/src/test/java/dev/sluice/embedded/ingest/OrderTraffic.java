package dev.sluice.embedded.ingest;

import dev.sluice.schemas.framing.ConfluentFraming;
import dev.sluice.schemas.orders.OrderSchemas;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Order events for a topic; of every hundred, one is malformed, one breaks a rule, one is a tombstone and one has an
 * unknown schema.
 */
final class OrderTraffic implements AutoCloseable {
    private final String topic;
    private final int partitions;
    private final Producer<byte[], byte[]> producer;
    private final Schema schema = OrderSchemas.v1();
    private final int schemaId;
    private final boolean transactional;
    private long millisApart = 1;
    private long sent;

    OrderTraffic(TestPlatform platform, String topic, int partitions, boolean transactional) {
        this.topic = topic;
        this.partitions = partitions;
        this.transactional = transactional;
        this.schemaId = platform.registry().register(topic + "-value", schema);
        Map<String, Object> properties = new java.util.HashMap<>(Map.of(
                "bootstrap.servers",
                platform.bootstrapServers(),
                "linger.ms",
                5,
                "enable.idempotence",
                true,
                // One request at a time: were the first one refused by a partition that is still without a leader, and
                // the
                // second taken, the first would be out of sequence until its two minutes are over.
                "max.in.flight.requests.per.connection",
                1));
        if (transactional) {
            properties.put("transactional.id", "traffic-" + topic);
        }
        this.producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        if (transactional) {
            producer.initTransactions();
        }
    }

    /** How far apart the records are dated. */
    void apart(Duration time) {
        millisApart = time.toMillis();
    }

    /** Sends so many records to a partition that is not in turn. */
    void sendTo(int partition, int count) {
        for (int i = 0; i < count; i++) {
            ProducerRecord<byte[], byte[]> record = record(i);
            producer.send(new ProducerRecord<>(topic, partition, record.timestamp(), record.key(), record.value()));
        }
        producer.flush();
    }

    /** Sends so many records that are all dated the same. */
    void sendDated(int count, Instant time) throws Exception {
        for (int i = 0; i < count; i++) {
            producer.send(record(sent++, time.toEpochMilli())).get();
        }
    }

    /** Sends so many records, waits for all of them, and answers how many are visible so far. */
    long send(int count) {
        if (transactional) {
            producer.beginTransaction();
        }
        for (int i = 0; i < count; i++) {
            producer.send(record(sent++));
        }
        if (transactional) {
            producer.commitTransaction();
        }
        producer.flush();
        return sent;
    }

    /** Sends records that no reader of committed records may see. */
    void sendAborted(int count) {
        producer.beginTransaction();
        for (int i = 0; i < count; i++) {
            producer.send(record(i));
        }
        producer.flush();
        producer.abortTransaction();
    }

    long sent() {
        return sent;
    }

    private ProducerRecord<byte[], byte[]> record(long n) {
        return record(n, 1_700_000_000_000L + n * millisApart);
    }

    private ProducerRecord<byte[], byte[]> record(long n, long timestamp) {
        int partition = (int) (n % partitions);
        String orderId = new UUID(1, n % 500).toString();
        byte[] key = orderId.getBytes(StandardCharsets.UTF_8);
        int kind = (int) ((n / partitions) % 100);
        byte[] value;
        if (kind == 10) {
            value = "not avro at all".getBytes(StandardCharsets.UTF_8);
        } else if (kind == 30) {
            value = ConfluentFraming.frame(schemaId, encode(orderId, n, -1));
        } else if (kind == 50) {
            value = null;
        } else if (kind == 70) {
            value = ConfluentFraming.frame(999_999, encode(orderId, n, 5));
        } else {
            value = ConfluentFraming.frame(schemaId, encode(orderId, n, 100 + n));
        }
        return new ProducerRecord<>(topic, partition, timestamp, key, value);
    }

    private byte[] encode(String orderId, long n, long amount) {
        GenericRecord order = new GenericData.Record(schema);
        order.put("event_id", "e-" + n);
        order.put("order_id", orderId);
        order.put("customer_id", n % 100);
        order.put(
                "event_type",
                new GenericData.EnumSymbol(schema.getField("event_type").schema(), "PLACED"));
        order.put("order_version", 1);
        order.put("amount_cents", amount);
        order.put("currency", "EUR");
        order.put("country", "DE");
        order.put("customer_email", null);
        order.put("event_time", 1_700_000_000_000_000L + n);
        order.put("items", List.of());
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
            new GenericDatumWriter<GenericRecord>(schema).write(order, encoder);
            encoder.flush();
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
