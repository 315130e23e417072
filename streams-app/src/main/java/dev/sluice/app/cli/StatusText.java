package dev.sluice.app.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.status.ModelStatus;
import dev.sluice.app.status.PipelineStatus;
import dev.sluice.app.status.SourceStatus;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How the status of a pipeline is shown. */
final class StatusText {
    private StatusText() {}

    static void print(PipelineStatus status, Instant now, PrintWriter out) {
        TextTable sources = TextTable.of("source", "table", "rows", "tombstones", "dead letters", "lag", "last commit");
        for (SourceStatus source : status.sources()) {
            sources.row(
                    source.source(),
                    source.table(),
                    source.counts().rows(),
                    source.counts().tombstones(),
                    source.counts().deadLetters(),
                    source.lag(),
                    ago(source.lastCommit(), now));
        }
        sources.lines().forEach(out::println);
        out.println();
        TextTable models = TextTable.of("model", "rows", "files", "state", "last commit");
        for (ModelStatus model : status.models()) {
            models.row(
                    model.table(),
                    model.rows(),
                    model.files(),
                    model.upToDate() ? "up to date" : "behind",
                    ago(model.lastCommit(), now));
        }
        models.lines().forEach(out::println);
    }

    static ObjectNode json(PipelineStatus status) {
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

    private static String ago(@Nullable Instant time, Instant now) {
        if (time == null) {
            return "never";
        }
        long seconds = Math.max(0, Duration.between(time, now).toSeconds());
        return seconds < 120
                ? seconds + " s ago"
                : seconds < 7200 ? seconds / 60 + " min ago" : seconds / 3600 + " h ago";
    }
}
