package dev.sluice.app.cli;

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
