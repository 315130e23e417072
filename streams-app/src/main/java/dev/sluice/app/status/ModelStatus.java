package dev.sluice.app.status;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a model's table has come.
 *
 * @param rows live rows
 * @param upToDate whether it was made from the newest snapshots of everything it reads
 */
public record ModelStatus(
        String table,
        long rows,
        long files,
        boolean upToDate,
        @Nullable Instant lastCommit) {}
