package dev.sluice.app.cli;

import dev.sluice.app.backfill.BackfillProgress;
import dev.sluice.sink.backfill.Backfill;
import dev.sluice.sink.backfill.BackfillBatch;
import dev.sluice.sink.backfill.BatchState;
import java.io.PrintWriter;

/** The progress of a run: a bar that is written over on a terminal, a line per batch elsewhere. */
public final class BackfillBar implements BackfillProgress {
    private static final int WIDTH = 30;

    private final PrintWriter err;
    private final boolean terminal;

    public BackfillBar(PrintWriter err) {
        this.err = err;
        this.terminal = Boolean.getBoolean("sluice.terminal");
    }

    @Override
    public void started(Backfill backfill, BackfillBatch batch) {
        if (terminal) {
            show(backfill, batch, "");
        }
    }

    @Override
    public void ended(Backfill backfill, BackfillBatch batch) {
        boolean failed = batch.state() == BatchState.FAILED;
        show(backfill, batch, failed ? " failed: " + batch.error() : "");
        if (terminal && (failed || backfill.open().isEmpty())) {
            err.println();
        }
        err.flush();
    }

    private void show(Backfill backfill, BackfillBatch batch, String end) {
        int batches = backfill.batches().size();
        long done = backfill.count(BatchState.DONE);
        int full = (int) (done * WIDTH / batches);
        String line = "  [%s%s] %d of %d batches, %,d rows landed, %,d recognised | batch %d (%s)%s"
                .formatted(
                        "#".repeat(full),
                        ".".repeat(WIDTH - full),
                        done,
                        batches,
                        backfill.counts().landed(),
                        backfill.counts().recognised(),
                        batch.number(),
                        batch.label(),
                        end);
        if (terminal) {
            err.print("\r" + line + "    ");
        } else {
            err.println(line);
        }
        err.flush();
    }
}
