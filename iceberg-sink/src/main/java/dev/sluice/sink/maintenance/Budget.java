package dev.sluice.sink.maintenance;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.time.Duration;

/**
 * What a table may grow to before it is tidied up.
 *
 * @param targetFileBytes the size that compaction aims at; a file of less than three quarters of it is small
 * @param maxSmallFiles small files in one partition of a table, or of one source partition in bronze; at least 2
 * @param deletedRowRatio rows that readers must skip, as a part of all rows in the table's files; more than 0, at most
 *     1
 * @param maxManifests manifests of data files that a reader must open
 * @param snapshotAge how long a snapshot is kept at least
 * @param minSnapshots how many of the newest are kept whatever their age, at least 1
 * @param orphanAge how old a file that nothing refers to must be to be removed
 * @param bytesPerRound size of the data files that one round of compaction may read; one group may go over it
 */
public record Budget(
        long targetFileBytes,
        int maxSmallFiles,
        double deletedRowRatio,
        int maxManifests,
        Duration snapshotAge,
        int minSnapshots,
        Duration orphanAge,
        long bytesPerRound) {
    public static final Budget STANDARD =
            new Budget(128L << 20, 20, 0.1, 50, Duration.ofHours(2), 20, Duration.ofDays(3), 256L << 20);

    public Budget {
        require(targetFileBytes > 0, "target file size", "more than 0", targetFileBytes);
        require(maxSmallFiles >= 2, "most small files", "2 or more", maxSmallFiles);
        require(
                deletedRowRatio > 0 && deletedRowRatio <= 1,
                "deleted-row ratio",
                "more than 0 and at most 1",
                deletedRowRatio);
        require(maxManifests >= 1, "most manifests", "1 or more", maxManifests);
        require(!snapshotAge.isNegative(), "snapshot age", "0 or more", snapshotAge);
        require(minSnapshots >= 1, "fewest snapshots", "1 or more", minSnapshots);
        require(!orphanAge.isNegative(), "orphan age", "0 or more", orphanAge);
        require(bytesPerRound > 0, "bytes per round", "more than 0", bytesPerRound);
    }

    private static void require(boolean holds, String what, String expected, Object found) {
        if (!holds) {
            throw new SluiceException(
                    ErrorCode.CONFIG_INVALID,
                    "Cannot maintain tables with this %s: out of range, expected %s, found %s"
                            .formatted(what, expected, found));
        }
    }

    /** Whether a data file of that size is small. */
    boolean isSmall(long bytes) {
        return bytes < targetFileBytes / 4 * 3;
    }
}
