package dev.sluice.load;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * One record as it is produced. The arrays are the record's own; nobody else holds them.
 *
 * @param malformed how it is broken, null unless {@code kind} is MALFORMED
 * @param key the order id as UTF-8 text
 * @param value framed Avro, broken bytes, or null for a tombstone
 * @param timestampMillis when it was sent, by the clock of the events; never falls within a load
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; this is what a producer takes
public record LoadRecord(
        RecordKind kind,
        @Nullable MalformedKind malformed,
        int partition,
        byte[] key,
        byte @Nullable [] value,
        long timestampMillis) {
    ProducerRecord<byte[], byte[]> toTopic(String topic) {
        return new ProducerRecord<>(topic, partition, timestampMillis, key, value);
    }
}
