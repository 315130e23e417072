package dev.sluice.app.dlq;

import dev.sluice.sink.land.Landed;
import dev.sluice.sink.land.RecordPosition;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A record that did not land. Key, value, headers and timestamp go to the dead-letter topic untouched; what is known of
 * the rejection is added as headers after the record's own.
 *
 * @param pipeline name of the pipeline, which stands where Connect has the connector's name
 * @param schemaId the schema id in the value, null where it has none
 */
public record DeadLetter(
        String pipeline, RecordPosition at, @Nullable Integer schemaId, Landed.Rejected rejected) {
    private static final int LONGEST_DETAIL = 1000;
    private static final String STAGE = "VALUE_CONVERTER";
    private static final String EXCEPTION = "dev.sluice.error.SluiceException";

    /**
     * The record's headers with ours at the end. Where the record already carries a header of ours, because it is a
     * dead letter that was put back, ours is the last of that name, which is the one that readers take.
     */
    public Headers headers(Headers original, String processingClass) {
        Headers headers = new RecordHeaders(original);
        String reason = rejected.reason().name();
        String detail = shortened(rejected.detail());
        String message = reason + ": " + detail;
        String partition = Integer.toString(at.partition());
        String offset = Long.toString(at.offset());
        add(headers, DeadLetterHeaders.REASON, reason);
        add(headers, DeadLetterHeaders.DETAIL, detail);
        if (schemaId != null) {
            add(headers, DeadLetterHeaders.SCHEMA_ID, Integer.toString(schemaId));
        }
        add(headers, DeadLetterHeaders.STREAMS_EXCEPTION, EXCEPTION);
        add(headers, DeadLetterHeaders.STREAMS_MESSAGE, message);
        add(headers, DeadLetterHeaders.STREAMS_STACKTRACE, "");
        add(headers, DeadLetterHeaders.STREAMS_TOPIC, at.topic());
        add(headers, DeadLetterHeaders.STREAMS_PARTITION, partition);
        add(headers, DeadLetterHeaders.STREAMS_OFFSET, offset);
        add(headers, DeadLetterHeaders.CONNECT_TOPIC, at.topic());
        add(headers, DeadLetterHeaders.CONNECT_PARTITION, partition);
        add(headers, DeadLetterHeaders.CONNECT_OFFSET, offset);
        add(headers, DeadLetterHeaders.CONNECT_CONNECTOR, pipeline);
        add(headers, DeadLetterHeaders.CONNECT_TASK, partition);
        add(headers, DeadLetterHeaders.CONNECT_STAGE, STAGE);
        add(headers, DeadLetterHeaders.CONNECT_CLASS, processingClass);
        add(headers, DeadLetterHeaders.CONNECT_EXCEPTION, EXCEPTION);
        add(headers, DeadLetterHeaders.CONNECT_MESSAGE, message);
        return headers;
    }

    private static void add(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    /** A record close to the topic's size limit must still fit it with its headers. */
    private static String shortened(String detail) {
        return detail.length() <= LONGEST_DETAIL ? detail : detail.substring(0, LONGEST_DETAIL) + "…";
    }
}
