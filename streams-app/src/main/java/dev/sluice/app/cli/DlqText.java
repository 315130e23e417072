package dev.sluice.app.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.dlq.DeadLetterView;
import dev.sluice.app.replay.DeadLetterState;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** How a dead letter is shown: a line for people, an object for programs. Never its contents. */
final class DlqText {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);
    private static final ObjectMapper JSON = new ObjectMapper();

    private DlqText() {}

    static String line(DeadLetterView letter) {
        return "%s  %-22s  %-18s  %s"
                .formatted(TIME.format(letter.timestamp()), place(letter), letter.reason(), letter.detail())
                .stripTrailing();
    }

    /** The line with what has become of the dead letter. */
    static String line(DeadLetterView letter, DeadLetterState state) {
        return "%s  %-22s  %-10s  %-18s  %s"
                .formatted(
                        TIME.format(letter.timestamp()), place(letter), state.label(), letter.reason(), letter.detail())
                .stripTrailing();
    }

    static ObjectNode json(DeadLetterView letter, DeadLetterState state) {
        ObjectNode node = json(letter).put("state", state.label());
        if (letter.replayCount() > 0) {
            node.put("replay_count", letter.replayCount());
        }
        letter.replayOf().ifPresent(original -> node.put("replay_of", original.toString()));
        return node;
    }

    static ObjectNode json(DeadLetterView letter) {
        ObjectNode node = JSON.createObjectNode()
                .put("timestamp", letter.timestamp().toString())
                .put("topic", letter.topic())
                .put("partition", letter.partition())
                .put("offset", letter.offset())
                .put("reason", letter.reason())
                .put("detail", letter.detail())
                .put("dlq_partition", letter.dlqPartition())
                .put("dlq_offset", letter.dlqOffset())
                .put("bytes", letter.value() == null ? 0 : letter.value().length);
        if (letter.schemaId() != null) {
            node.put("schema_id", letter.schemaId());
        }
        return node;
    }

    static String place(DeadLetterView letter) {
        return letter.topic() + "-" + letter.partition() + "@" + letter.offset();
    }
}
