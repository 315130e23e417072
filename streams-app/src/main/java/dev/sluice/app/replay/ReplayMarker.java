package dev.sluice.app.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.dlq.Position;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The proof that a dead letter was put back. It is in the same Kafka transaction as the record, so there is one exactly
 * when there is the other.
 *
 * @param dlq the dead-letter topic
 * @param original where the record was rejected
 * @param target where it stands again
 * @param count how often the record was put back, this time included
 * @param patchedSchemaId the schema that a patch encoded it with; null when it went back byte by byte
 */
public record ReplayMarker(
        String dlq,
        Position original,
        Position target,
        int count,
        @Nullable Integer patchedSchemaId,
        Instant at) {
    private static final int VERSION = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The record key of a dead letter's marker: the dead-letter topic and the original position. */
    static byte[] key(String dlq, Position original) {
        return (dlq + "/" + original).getBytes(StandardCharsets.UTF_8);
    }

    byte[] key() {
        return key(dlq, original);
    }

    byte[] value() {
        ObjectNode node = JSON.createObjectNode()
                .put("v", VERSION)
                .put("dlq", dlq)
                .put("original", original.toString())
                .put("target", target.toString())
                .put("count", count)
                .put("at", at.toString());
        if (patchedSchemaId != null) {
            node.put("patched_schema_id", patchedSchemaId);
        }
        try {
            return JSON.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new SluiceException(ErrorCode.BUG, "[" + original + "] Cannot write a replay marker", e);
        }
    }

    /**
     * Reads what {@link #value} wrote.
     *
     * @throws SluiceException {@code REPLAY_MARKER_INVALID} when it is something else
     */
    static ReplayMarker read(byte[] value) {
        try {
            JsonNode node = JSON.readTree(value);
            int version = node.path("v").asInt(-1);
            if (version != VERSION) {
                throw new IllegalArgumentException("expected version " + VERSION + ", found " + version);
            }
            return new ReplayMarker(
                    node.required("dlq").asText(),
                    position(node, "original"),
                    position(node, "target"),
                    node.required("count").intValue(),
                    node.has("patched_schema_id")
                            ? node.required("patched_schema_id").intValue()
                            : null,
                    Instant.parse(node.required("at").asText()));
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            throw new SluiceException(
                    ErrorCode.REPLAY_MARKER_INVALID,
                    "Cannot read a record of " + ReplayMarkers.TOPIC + ": it is no replay marker (" + e.getMessage()
                            + ")",
                    e);
        }
    }

    private static Position position(JsonNode node, String field) {
        String text = node.required(field).asText();
        return Position.parse(text).orElseThrow(() -> new IllegalArgumentException(field + " is no position: " + text));
    }
}
