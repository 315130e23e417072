package dev.sluice.sink.model;

import dev.sluice.sink.merge.MergeCounts;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one run of a model did.
 *
 * @param runId the run's stamp in the table
 * @param rowsIn rows that the SELECT returned
 * @param rowsScanned rows of data files that were read, deleted ones not counted
 * @param bytesScanned size of the data files that were read
 * @param bytesWritten size of the data files that were written
 * @param upstream per ref, how far the run went; none for a replay
 * @param snapshotId the snapshot that it made; empty when the table was up to date
 */
public record ModelRun(
        String model,
        String runId,
        Kind kind,
        long rowsIn,
        MergeCounts counts,
        long rowsScanned,
        long bytesScanned,
        long bytesWritten,
        Map<String, Advance> upstream,
        OptionalLong snapshotId,
        long elapsedMillis) {
    public ModelRun {
        upstream = Map.copyOf(upstream);
    }

    /** How the table was brought up to date. */
    public enum Kind {
        /** It was already. */
        UP_TO_DATE,
        /** From what changed. */
        INCREMENT,
        /** From everything. */
        REBUILD,
        /** Not at all: rows of before were shown to it again. */
        REPLAY
    }

    /**
     * From one upstream snapshot to another.
     *
     * @param from the snapshot consumed before; empty in a first run
     */
    public record Advance(Optional<Long> from, long to) {}
}
