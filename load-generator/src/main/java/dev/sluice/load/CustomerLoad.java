package dev.sluice.load;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.schemas.orders.CustomerSchemas;
import dev.sluice.schemas.registry.SchemaRegistry;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Produces customers, in order within each partition. Producing a load again changes no table but bronze. */
final class CustomerLoad {
    private final Producer<byte[], byte[]> producer;
    private final String topic;

    CustomerLoad(Producer<byte[], byte[]> producer, String topic) {
        this.producer = producer;
        this.topic = topic;
    }

    /**
     * Registers the schema, sends everything, and returns when all of it is acknowledged.
     *
     * @return how many records
     * @throws SluiceException {@link ErrorCode#KAFKA_UNAVAILABLE}, or what the registry answered
     */
    long produce(CustomerSpec spec, SchemaRegistry registry) {
        CustomerEncoder encoder = new CustomerEncoder(registry.register(topic + "-value", CustomerSchemas.v1()));
        CustomerBook book = new CustomerBook(spec);
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        long sent = 0;
        try {
            for (long id = 1; id <= spec.customers() && failure.get() == null; id++) {
                byte[] key = Long.toString(id).getBytes(StandardCharsets.UTF_8);
                for (CustomerChange change : book.delivered(id)) {
                    var unused = producer.send(
                            new ProducerRecord<>(
                                    topic,
                                    book.partition(id),
                                    change.updatedAtMicros() / 1000,
                                    key,
                                    encoder.encode(change)),
                            (metadata, error) ->
                                    Optional.ofNullable(error).ifPresent(e -> failure.compareAndSet(null, e)));
                    sent++;
                }
            }
            producer.flush();
        } catch (KafkaException e) {
            failure.compareAndSet(null, e);
        }
        Exception first = failure.get();
        if (first != null) {
            throw new SluiceException(
                    ErrorCode.KAFKA_UNAVAILABLE,
                    "Cannot produce to topic " + topic + ": " + first.getMessage()
                            + ", expected every record to be acknowledged, found a failure after " + sent
                            + " were sent; producing again is harmless",
                    first);
        }
        return sent;
    }
}
