package dev.sluice.app.dlq;

import dev.sluice.sink.land.RejectReason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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

    /** Where the record was rejected. */
    public Position position() {
        return new Position(topic, partition, offset);
    }

    /** Whether source topic, partition and offset are known. */
    public boolean hasPosition() {
        return !topic.isEmpty() && partition >= 0 && offset >= 0;
    }

    /** The record that this one was put back for; empty when it is no replay. */
    public Optional<Position> replayOf() {
        return text(DeadLetterHeaders.REPLAY_OF).flatMap(Position::parse);
    }

    /** How often the record was put back before it came to rest here. */
    public int replayCount() {
        return text(DeadLetterHeaders.REPLAY_COUNT)
                .filter(count -> count.matches("\\d{1,9}"))
                .map(Integer::valueOf)
                .orElse(0);
    }

    private Optional<String> text(String name) {
        String found = null;
        for (Header header : headers) {
            if (header.key().equals(name) && header.value() != null) {
                found = new String(header.value(), StandardCharsets.UTF_8);
            }
        }
        return Optional.ofNullable(found);
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
