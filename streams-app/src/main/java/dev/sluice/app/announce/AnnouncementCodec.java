package dev.sluice.app.announce;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.ledger.RangeCounts;
import dev.sluice.sink.ledger.SourcePartition;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The JSON form of an {@link Announcement}, version 1. Unknown fields are ignored, unknown versions are refused. */
public final class AnnouncementCodec {
    private static final int VERSION = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    public byte[] toBytes(Announcement announcement) {
        SourcePartition source = announcement.range().source();
        ObjectNode root = JSON.createObjectNode();
        root.put("v", VERSION)
                .put("pipeline", announcement.pipeline())
                .put("source", announcement.source())
                .put("table", announcement.table())
                .put("cluster_id", source.clusterId())
                .put("topic", source.topic())
                .put("topic_id", source.topicId())
                .put("partition", source.partition())
                .put("from", announcement.range().from())
                .put("to", announcement.range().to())
                .put("rows", announcement.counts().rows())
                .put("tombstones", announcement.counts().tombstones())
                .put("dead_letters", announcement.counts().deadLetters())
                .put("batch_id", announcement.batchId())
                .put("instance", announcement.instance())
                .put("announced_at", announcement.announcedAt().toString());
        announcement.schemaIds().forEach(root.putArray("schema_ids")::add);
        ArrayNode files = root.putArray("files");
        try {
            for (String file : announcement.files()) {
                files.add(JSON.readTree(file));
            }
            return JSON.writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new SluiceException(ErrorCode.BUG, "Cannot write an announcement of " + announcement.range(), e);
        }
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @throws SluiceException {@code ANNOUNCEMENT_INVALID} if the bytes are not an announcement of version 1
     */
    public Announcement fromBytes(byte[] bytes) {
        try {
            JsonNode root = JSON.readTree(bytes);
            int version = root.path("v").asInt(-1);
            if (version != VERSION) {
                throw new SluiceException(
                        ErrorCode.ANNOUNCEMENT_INVALID,
                        "Cannot read an announcement: written by another version of Sluice or another program, expected v "
                                + VERSION + ", found " + root.path("v"));
            }
            List<Integer> schemaIds = new ArrayList<>();
            root.required("schema_ids").forEach(id -> schemaIds.add(id.intValue()));
            List<String> files = new ArrayList<>();
            root.required("files").forEach(file -> files.add(file.toString()));
            return new Announcement(
                    text(root, "pipeline"),
                    text(root, "source"),
                    text(root, "table"),
                    range(root),
                    new RangeCounts(number(root, "rows"), number(root, "tombstones"), number(root, "dead_letters")),
                    schemaIds,
                    files,
                    text(root, "batch_id"),
                    text(root, "instance"),
                    Instant.parse(text(root, "announced_at")));
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            throw new SluiceException(
                    ErrorCode.ANNOUNCEMENT_INVALID, "Cannot read an announcement: " + e.getMessage(), e);
        }
    }

    private static OffsetRange range(JsonNode root) {
        SourcePartition source = new SourcePartition(
                text(root, "cluster_id"),
                text(root, "topic_id"),
                text(root, "topic"),
                Math.toIntExact(number(root, "partition")));
        return new OffsetRange(source, number(root, "from"), number(root, "to"));
    }

    private static String text(JsonNode root, String field) {
        return root.required(field).asText();
    }

    private static long number(JsonNode root, String field) {
        JsonNode node = root.required(field);
        if (!node.isIntegralNumber()) {
            throw new IllegalArgumentException(field + " is wrong, expected a whole number, found " + node);
        }
        return node.longValue();
    }
}
