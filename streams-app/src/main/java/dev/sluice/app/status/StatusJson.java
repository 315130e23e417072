package dev.sluice.app.status;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The status of a pipeline as programs read it. */
public final class StatusJson {
    private StatusJson() {}

    /** One object; times are ISO-8601 in UTC, or null. */
    public static ObjectNode of(PipelineStatus status) {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("caught_up", status.caughtUp());
        ArrayNode sources = root.putArray("sources");
        for (SourceStatus source : status.sources()) {
            sources.addObject()
                    .put("source", source.source())
                    .put("topic", source.topic())
                    .put("table", source.table())
                    .put("rows", source.counts().rows())
                    .put("tombstones", source.counts().tombstones())
                    .put("dead_letters", source.counts().deadLetters())
                    .put("lag", source.lag())
                    .put("last_commit", text(source.lastCommit()));
        }
        ArrayNode models = root.putArray("models");
        for (ModelStatus model : status.models()) {
            models.addObject()
                    .put("table", model.table())
                    .put("rows", model.rows())
                    .put("files", model.files())
                    .put("up_to_date", model.upToDate())
                    .put("last_commit", text(model.lastCommit()));
        }
        return root;
    }

    private static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }
}
