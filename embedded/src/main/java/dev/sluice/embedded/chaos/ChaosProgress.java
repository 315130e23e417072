package dev.sluice.embedded.chaos;

import dev.sluice.app.status.PipelineStatus;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.stream.Collectors;

/** The live line of a chaos run. */
final class ChaosProgress {
    private static final Duration EVERY = Duration.ofSeconds(2);

    private final PrintWriter err;
    private final boolean terminal;
    private final InstantSource clock;
    private Instant shown = Instant.EPOCH;

    /** On a terminal the line is written over. */
    ChaosProgress(PrintWriter err, boolean terminal, InstantSource clock) {
        this.err = err;
        this.terminal = terminal;
        this.clock = clock;
    }

    void step(String text) {
        err.println((terminal ? "\n" : "") + text);
        err.flush();
    }

    void show(ChaosTally tally, ChaosSpec spec, long sent, PipelineStatus status) {
        Instant now = clock.instant();
        if (now.isBefore(shown.plus(EVERY))) {
            return;
        }
        shown = now;
        String landed = status.sources().stream()
                .map(source ->
                        "%s %,d".formatted(source.table(), source.counts().landed()))
                .collect(Collectors.joining(" | "));
        String models = status.models().stream()
                .map(model -> "%s %,d".formatted(model.table(), model.rows()))
                .collect(Collectors.joining(" | "));
        String line = "  kills %d of %d | produced %,d | %s | %s"
                .formatted(Math.min(tally.kills(), spec.kills()), spec.kills(), sent, landed, models);
        if (terminal) {
            err.print("\r" + line + "    ");
        } else {
            err.println(line);
        }
        err.flush();
    }
}
