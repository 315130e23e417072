package dev.sluice.embedded.demo;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.schemas.framing.ConfluentFraming;
import dev.sluice.schemas.orders.OrderSchemas;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends new orders, one event each, whole ones and ones broken in ways that can be mended. */
final class BrokenOrders implements AutoCloseable {
    private static final long FIRST_TIME_MICROS = 1_767_225_600_000_000L;

    private final String topic;
    private final KafkaProducer<byte[], byte[]> producer;
    private final int v1;
    private long sent;

    BrokenOrders(Map<String, String> kafka, String topic, int v1) {
        this.topic = topic;
        this.v1 = v1;
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        this.producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Whole events. */
    void whole(int count) {
        send(count, number -> ConfluentFraming.frame(v1, encode(OrderSchemas.v1(), number, 1_999)));
    }

    /** Events of version 2, framed with an id that the registry has not given out yet. */
    void ofUnregisteredSchema(int count, int id) {
        send(count, number -> ConfluentFraming.frame(id, encode(OrderSchemas.v2(), number, 1_999)));
    }

    /** Events with a negative amount. */
    void withNegativeAmount(int count) {
        send(count, number -> ConfluentFraming.frame(v1, encode(OrderSchemas.v1(), number, -1_999)));
    }

    /** Events that somebody wrote as JSON text. */
    void asJson(int count) {
        send(count, number -> """
                {"event_id":"%s","order_id":"%s","customer_id":%d,"event_type":"PLACED","order_version":1,\
                "currency":"EUR","country":"DE","event_time":%d}""".formatted(eventId(number), orderId(number), number, FIRST_TIME_MICROS + number)
                .getBytes(StandardCharsets.UTF_8));
    }

    /** Whole events with bytes after their end. */
    void withTrailingBytes(int count) {
        send(count, number -> {
            byte[] value = ConfluentFraming.frame(v1, encode(OrderSchemas.v1(), number, 1_999));
            return Arrays.copyOf(value, value.length + 3);
        });
    }

    @FunctionalInterface
    private interface Value {
        byte[] of(long number);
    }

    private void send(int count, Value value) {
        List<Future<RecordMetadata>> sending = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long number = sent++;
            byte[] key = orderId(number).getBytes(StandardCharsets.UTF_8);
            sending.add(producer.send(new ProducerRecord<>(topic, key, value.of(number))));
        }
        producer.flush();
        try {
            for (Future<RecordMetadata> one : sending) {
                one.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SluiceException(ErrorCode.KAFKA_UNAVAILABLE, "Cannot send orders: interrupted", e);
        } catch (ExecutionException e) {
            throw new SluiceException(ErrorCode.KAFKA_UNAVAILABLE, "Cannot send orders: " + e.getMessage(), e);
        }
    }

    private static String orderId(long number) {
        return new UUID(0x5EED_0000_0000_4000L, 0x8000_0000_0000_0000L | number).toString();
    }

    private static String eventId(long number) {
        return new UUID(0xE7E7_0000_0000_4000L, 0x8000_0000_0000_0000L | number).toString();
    }

    private static byte[] encode(Schema schema, long number, long amountCents) {
        GenericData.Record order = new GenericData.Record(schema);
        order.put("event_id", eventId(number));
        order.put("order_id", orderId(number));
        order.put("customer_id", number);
        order.put(
                "event_type",
                new GenericData.EnumSymbol(schema.getField("event_type").schema(), "PLACED"));
        order.put("order_version", 1);
        order.put("amount_cents", amountCents);
        order.put("currency", "EUR");
        order.put("country", "DE");
        order.put("customer_email", "customer-" + number + "@example.org");
        order.put("event_time", FIRST_TIME_MICROS + number);
        order.put("items", List.of());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        try {
            new GenericDatumWriter<GenericData.Record>(schema).write(order, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    @Override
    public void close() {
        producer.close();
    }
}
