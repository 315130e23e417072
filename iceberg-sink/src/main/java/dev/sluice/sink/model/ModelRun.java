package dev.sluice.sink.model;

import dev.sluice.sink.merge.MergeCounts;
import dev.sluice.sink.quality.TestResult;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one run of a model did.
 *
 * @param runId the run's stamp in the table
 * @param startedAt when the run began
 * @param rowsIn rows that the SELECT returned
 * @param rejected how many of them the tests kept out
 * @param rowsScanned rows of the tables' data files that were read, deleted ones not counted; all rows of a file from
 *     which some are picked, and twice what is read twice
 * @param bytesScanned size of those files, whichever of their columns were read; the local key index is not counted
 * @param bytesWritten size of the data files that were written
 * @param upstream per ref, how far the run went; none for a replay
 * @param snapshotId the snapshot that it made; empty when it made none
 * @param rowsAfter the table's rows in that snapshot
 * @param tests how its tests came out
 */
public record ModelRun(
        String model,
        String runId,
        Kind kind,
        Instant startedAt,
        long rowsIn,
        long rejected,
        MergeCounts counts,
        long rowsScanned,
        long bytesScanned,
        long bytesWritten,
        Map<String, Advance> upstream,
        OptionalLong snapshotId,
        OptionalLong rowsAfter,
        long elapsedMillis,
        List<TestResult> tests) {
    public ModelRun {
        upstream = Map.copyOf(upstream);
        tests = List.copyOf(tests);
    }

    /** Whether the run is over and its table is as it should be. */
    public boolean succeeded() {
        return kind != Kind.REFUSED && kind != Kind.SKIPPED;
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
        REPLAY,
        /** Not at all: a test of the table failed, and it stays as it was. */
        REFUSED,
        /** Not at all: something that the model reads was refused. */
        SKIPPED
    }

    /**
     * From one upstream snapshot to another.
     *
     * @param from the snapshot consumed before; empty in a first run
     */
    public record Advance(Optional<Long> from, long to) {}
}
