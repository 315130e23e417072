package dev.sluice.embedded.demo;

import dev.sluice.app.status.ModelStatus;
import dev.sluice.app.status.PipelineStatus;
import dev.sluice.app.status.SourceStatus;
import java.io.PrintWriter;
import java.util.stream.Collectors;

/** The live line of a demo: what was produced, what is landed, what each table holds. */
final class DemoProgress {
    private final PrintWriter err;
    private final boolean terminal;
    private int lastWidth;
    private String last = "";

    /** On a terminal the line is written over; elsewhere each change is a line of its own. */
    DemoProgress(PrintWriter err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
    }

    void step(String text) {
        end();
        err.println(text);
        err.flush();
    }

    void show(long produced, long events, PipelineStatus status) {
        String landed = status.sources().stream()
                .map(source -> "%s %,d".formatted(source.table(), landed(source)))
                .collect(Collectors.joining(" | "));
        String models = status.models().stream()
                .map(model -> "%s %,d".formatted(model.table(), rows(model)))
                .collect(Collectors.joining(" | "));
        String line = "  produced %,d of %,d | %s | %s".formatted(produced, events, landed, models);
        if (line.equals(last)) {
            return;
        }
        last = line;
        if (terminal) {
            err.print("\r" + line + " ".repeat(Math.max(0, lastWidth - line.length())));
            lastWidth = line.length();
        } else {
            err.println(line);
        }
        err.flush();
    }

    private static long landed(SourceStatus source) {
        return source.counts().landed();
    }

    private static long rows(ModelStatus model) {
        return model.rows();
    }

    void end() {
        if (terminal && lastWidth > 0) {
            err.println();
            lastWidth = 0;
        }
    }
}
