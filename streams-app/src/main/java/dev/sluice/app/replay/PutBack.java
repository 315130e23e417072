package dev.sluice.app.replay;

import dev.sluice.app.dlq.DeadLetterHeaders;
import dev.sluice.app.dlq.DeadLetterView;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter that is to be put back.
 *
 * @param value the original bytes, or patched ones
 * @param patchedSchemaId null for the original bytes
 */
@SuppressWarnings("ArrayRecordComponent") // two of them are never compared
record PutBack(
        DeadLetterView letter,
        byte @Nullable [] value,
        @Nullable Integer patchedSchemaId) {
    int count() {
        return letter.replayCount() + 1;
    }

    /** Key, headers, timestamp and partition as they were, and two headers that say what this is. */
    ProducerRecord<byte[], byte[]> record() {
        Headers headers = new RecordHeaders(letter.headers());
        headers.remove(DeadLetterHeaders.REPLAY_OF).remove(DeadLetterHeaders.REPLAY_COUNT);
        headers.add(DeadLetterHeaders.REPLAY_OF, letter.position().toString().getBytes(StandardCharsets.UTF_8));
        headers.add(DeadLetterHeaders.REPLAY_COUNT, Integer.toString(count()).getBytes(StandardCharsets.UTF_8));
        return new ProducerRecord<>(
                letter.topic(), letter.partition(), letter.timestamp().toEpochMilli(), letter.key(), value, headers);
    }

    int bytes() {
        return value == null ? 0 : value.length;
    }
}
