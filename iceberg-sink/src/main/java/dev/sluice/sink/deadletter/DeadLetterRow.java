package dev.sluice.sink.deadletter;

import dev.sluice.sink.land.RecordPosition;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter as it goes into its table.
 *
 * @param original where the record was rejected, empty topic and -1 where unknown, with the record's timestamp
 * @param reason the stable code
 * @param schemaId the schema id in the value; null where it has none
 * @param key the record's key; null where it has none or the table must not have it
 * @param value the record's bytes; null where the table must not have them
 * @param bytes length of the value, -1 where the record has none
 * @param headers the record's own; of several of one name the last
 * @param dlqOffset offset of the dead letter in its own partition
 */
public record DeadLetterRow(
        RecordPosition original,
        String reason,
        String detail,
        @Nullable Integer schemaId,
        @Nullable ByteBuffer key,
        @Nullable ByteBuffer value,
        int bytes,
        Map<String, @Nullable ByteBuffer> headers,
        String dlqTopic,
        int dlqPartition,
        long dlqOffset) {
    public DeadLetterRow {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }
}
