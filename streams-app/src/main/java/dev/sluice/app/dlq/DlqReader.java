package dev.sluice.app.dlq;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Reads dead letters, ours in full and those of Kafka Streams and Kafka Connect as far as their headers go. */
public final class DlqReader {
    public DeadLetterView read(ConsumerRecord<byte[], byte[]> record) {
        Headers headers = record.headers();
        String schemaId = text(headers, DeadLetterHeaders.SCHEMA_ID);
        return new DeadLetterView(
                record.partition(),
                record.offset(),
                Instant.ofEpochMilli(record.timestamp()),
                first(DeadLetterView.UNKNOWN, text(headers, DeadLetterHeaders.REASON)),
                first(
                        "",
                        text(headers, DeadLetterHeaders.DETAIL),
                        text(headers, DeadLetterHeaders.STREAMS_MESSAGE),
                        text(headers, DeadLetterHeaders.CONNECT_MESSAGE)),
                schemaId == null ? null : (int) number(schemaId),
                first(
                        "",
                        text(headers, DeadLetterHeaders.STREAMS_TOPIC),
                        text(headers, DeadLetterHeaders.CONNECT_TOPIC)),
                (int) number(first(
                        "",
                        text(headers, DeadLetterHeaders.STREAMS_PARTITION),
                        text(headers, DeadLetterHeaders.CONNECT_PARTITION))),
                number(first(
                        "",
                        text(headers, DeadLetterHeaders.STREAMS_OFFSET),
                        text(headers, DeadLetterHeaders.CONNECT_OFFSET))),
                record.key(),
                record.value(),
                original(headers));
    }

    /**
     * Ours stand at the end in one block that begins with the reason, or in several where somebody copied a dead letter
     * back as it was; all before it is the record's own, whatever its names. Other programs' dead letters are told by
     * names alone.
     */
    private static List<Header> original(Headers headers) {
        List<Header> all = new ArrayList<>();
        headers.forEach(all::add);
        int own = -1;
        for (int i = all.size() - 1;
                i >= 0 && DeadLetterHeaders.isOurs(all.get(i).key());
                i--) {
            own = all.get(i).key().equals(DeadLetterHeaders.REASON) ? i : own;
        }
        if (own >= 0) {
            return all.subList(0, own);
        }
        all.removeIf(header -> DeadLetterHeaders.isOurs(header.key()));
        return all;
    }

    private static String first(String fallback, @Nullable String... candidates) {
        for (String candidate : candidates) {
            if (candidate != null) {
                return candidate;
            }
        }
        return fallback;
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static @Nullable String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
