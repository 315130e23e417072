package dev.sluice.embedded.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads what {@link FloorMain} prints. */
final class FloorLog {
    private final Path log;

    FloorLog(Path log) {
        this.log = log;
    }

    /** Records written so far. */
    long rows() {
        return text().lines()
                .filter(line -> line.startsWith("rows "))
                .mapToLong(line -> Long.parseLong(line.substring("rows ".length())))
                .max()
                .orElse(0);
    }

    /** What was written, once all is; nothing before. */
    Meter.Output output() {
        return text().lines()
                .filter(line -> line.startsWith("files "))
                .map(line -> line.split(" "))
                .map(words -> new Meter.Output(Long.parseLong(words[1]), Long.parseLong(words[3])))
                .findFirst()
                .orElse(new Meter.Output(0, 0));
    }

    private String text() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
