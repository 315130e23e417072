package dev.sluice.load;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

/** One line that is written over on a terminal; elsewhere a line every few seconds, so that logs stay readable. */
final class ProgressLine implements Consumer<LoadProgress> {
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

    private final PrintWriter out;
    private final boolean terminal;
    private Duration nextLine = BETWEEN_LINES;
    private boolean open;

    ProgressLine(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    @Override
    public void accept(LoadProgress progress) {
        if (terminal) {
            out.print("\r" + text(progress) + "  ");
            out.flush();
            open = true;
        } else if (progress.elapsed().compareTo(nextLine) >= 0) {
            out.println(text(progress));
            out.flush();
            nextLine = progress.elapsed().plus(BETWEEN_LINES);
        }
    }

    /** Leaves the line, so that what follows starts on its own. */
    void end() {
        if (open) {
            out.println();
            out.flush();
            open = false;
        }
    }

    private static String text(LoadProgress progress) {
        return String.format(
                Locale.ROOT,
                "Producing %,d of %,d records (%.0f%%), %,.0f records/s",
                progress.records(),
                progress.total(),
                progress.percent(),
                progress.recordsPerSecond());
    }
}
