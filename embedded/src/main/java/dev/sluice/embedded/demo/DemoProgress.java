package dev.sluice.embedded.demo;

import dev.sluice.app.status.PipelineStatus;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The live line of a demo: what was produced, and how many rows the tables of each layer hold. */
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
        Map<String, List<String>> layers = new LinkedHashMap<>();
        status.sources()
                .forEach(source -> add(layers, source.table(), source.counts().landed()));
        status.models().forEach(model -> add(layers, model.table(), model.rows()));
        String rows = layers.entrySet().stream()
                .map(layer -> layer.getKey() + " " + String.join(" + ", layer.getValue()))
                .collect(Collectors.joining(" | "));
        String line = "  produced %,d of %,d | %s".formatted(produced, events, rows);
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

    private static void add(Map<String, List<String>> layers, String table, long rows) {
        String layer = table.substring(0, Math.max(0, table.indexOf('.')));
        layers.computeIfAbsent(layer, name -> new ArrayList<>()).add("%,d".formatted(rows));
    }

    void end() {
        if (terminal && lastWidth > 0) {
            err.println();
            lastWidth = 0;
        }
    }
}
