package dev.sluice.sink.land;

/**
 * Where one Kafka record stands.
 *
 * @param topic topic name
 * @param partition partition number
 * @param offset offset in the partition
 * @param timestampMillis the record's timestamp, milliseconds since the epoch
 */
public record RecordPosition(String topic, int partition, long offset, long timestampMillis) {
    /** As people search for it: {@code orders-3@1204}. */
    @Override
    public String toString() {
        return topic + '-' + partition + '@' + offset;
    }
}
