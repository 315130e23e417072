package dev.sluice.embedded.registry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.BiFunction;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Confluent's serializer and deserializer at work on one topic. It is loaded beside them, with their older Avro and
 * Kafka clients, so nothing but the JDK's types crosses its border.
 *
 * <p>Takes an operation ({@code serialize} or {@code deserialize}) and its arguments: schema text and Avro bytes in the
 * one case, the framed value in the other; answers a framed value, or schema text and Avro bytes.
 */
public final class OfficialWorker implements BiFunction<String, Object[], Object[]> {
    private final String topic;
    private final Serializer<Object> serializer;
    private final Deserializer<Object> deserializer;

    /** @param config of both, with Confluent's keys */
    @SuppressWarnings("unchecked")
    public OfficialWorker(String topic, Map<String, Object> config) throws ReflectiveOperationException {
        this.topic = topic;
        this.serializer = (Serializer<Object>) made("io.confluent.kafka.serializers.KafkaAvroSerializer");
        this.deserializer = (Deserializer<Object>) made("io.confluent.kafka.serializers.KafkaAvroDeserializer");
        serializer.configure(config, false);
        deserializer.configure(config, false);
    }

    private static Object made(String name) throws ReflectiveOperationException {
        return Class.forName(name).getConstructor().newInstance();
    }

    @Override
    public Object[] apply(String operation, Object[] arguments) {
        try {
            if (operation.equals("serialize")) {
                Schema schema = new Schema.Parser().parse((String) arguments[0]);
                GenericRecord value = new GenericDatumReader<GenericRecord>(schema)
                        .read(null, DecoderFactory.get().binaryDecoder((byte[]) arguments[1], null));
                return new Object[] {serializer.serialize(topic, value)};
            }
            GenericRecord value = (GenericRecord) deserializer.deserialize(topic, (byte[]) arguments[0]);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
            new GenericDatumWriter<GenericRecord>(value.getSchema()).write(value, encoder);
            encoder.flush();
            return new Object[] {value.getSchema().toString(), bytes.toByteArray()};
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
