package dev.sluice.sink.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The JSON form of a {@link Ledger}, the same in the snapshot summary and in the table property. */
final class LedgerCodec {
    private static final int VERSION = 1;
    /** With backfilled stretches, which a reader of version 1 would drop at its next commit. */
    private static final int BACKFILLED = 2;

    private static final ObjectMapper JSON = new ObjectMapper();

    String toJson(Ledger ledger) {
        ObjectNode root = JSON.createObjectNode();
        root.put("v", ledger.backfilled().isEmpty() ? VERSION : BACKFILLED);
        root.put("announcement_offset", ledger.announcementOffset());
        root.put("batch_id", ledger.batchId());
        root.put("epoch", ledger.epoch());
        write(root.putArray("sources"), ledger.entries().values());
        if (!ledger.backfilled().isEmpty()) {
            write(root.putArray("backfilled"), ledger.backfilled());
        }
        return root.toString();
    }

    private static void write(ArrayNode array, Collection<LedgerEntry> entries) {
        for (LedgerEntry entry : entries) {
            array.addObject()
                    .put("cluster_id", entry.source().clusterId())
                    .put("topic_id", entry.source().topicId())
                    .put("topic", entry.source().topic())
                    .put("partition", entry.source().partition())
                    .put("first", entry.first())
                    .put("to", entry.to())
                    .put("rows", entry.counts().rows())
                    .put("tombstones", entry.counts().tombstones())
                    .put("dead_letters", entry.counts().deadLetters());
        }
    }

    Ledger fromJson(String table, String json) {
        try {
            JsonNode root = JSON.readTree(json);
            int version = root.path("v").asInt(-1);
            if (version != VERSION && version != BACKFILLED) {
                throw new SluiceException(
                        ErrorCode.STAMP_MISSING,
                        "[%s] Cannot read the table's stamp: written by another version of Sluice, expected version %d or %d, found %d"
                                .formatted(table, VERSION, BACKFILLED, version));
            }
            return Ledger.of(
                    entries(root.required("sources")),
                    entries(root.path("backfilled")),
                    root.required("announcement_offset").longValue(),
                    root.required("batch_id").asText(),
                    root.required("epoch").longValue());
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new SluiceException(
                    ErrorCode.STAMP_MISSING,
                    "[%s] Cannot read the table's stamp: it is not the JSON that Sluice writes (%s)"
                            .formatted(table, e.getMessage()),
                    e);
        }
    }

    private static List<LedgerEntry> entries(JsonNode array) {
        List<LedgerEntry> entries = new ArrayList<>();
        for (JsonNode node : array) {
            SourcePartition source = new SourcePartition(
                    node.required("cluster_id").asText(),
                    node.required("topic_id").asText(),
                    node.required("topic").asText(),
                    node.required("partition").intValue());
            RangeCounts counts = new RangeCounts(
                    node.required("rows").longValue(),
                    node.required("tombstones").longValue(),
                    node.required("dead_letters").longValue());
            entries.add(new LedgerEntry(
                    source,
                    node.required("first").longValue(),
                    node.required("to").longValue(),
                    counts));
        }
        return entries;
    }
}
