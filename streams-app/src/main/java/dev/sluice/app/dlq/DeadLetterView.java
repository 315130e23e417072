package dev.sluice.app.dlq;

import dev.sluice.sink.land.RejectReason;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A record of a dead-letter topic, taken apart.
 *
 * @param dlqPartition where the dead letter stands
 * @param dlqOffset where the dead letter stands
 * @param timestamp the original record's
 * @param reason the code in the header; {@link #UNKNOWN} where another program wrote the dead letter without one
 * @param topic source topic; empty where unknown
 * @param partition source partition; -1 where unknown
 * @param offset source offset; -1 where unknown
 * @param headers the original record's own
 */
@SuppressWarnings("ArrayRecordComponent") // two views are never compared
public record DeadLetterView(
        int dlqPartition,
        long dlqOffset,
        Instant timestamp,
        String reason,
        String detail,
        @Nullable Integer schemaId,
        String topic,
        int partition,
        long offset,
        byte @Nullable [] key,
        byte @Nullable [] value,
        List<Header> headers) {
    /** The reason of a dead letter that says none. */
    public static final String UNKNOWN = "UNKNOWN";

    public DeadLetterView {
        headers = List.copyOf(headers);
    }

    /** What the reason means, in a sentence; the code itself where this version does not know it. */
    public String meaning() {
        for (RejectReason known : RejectReason.values()) {
            if (known.name().equals(reason)) {
                return known.meaning();
            }
        }
        return reason;
    }
}
