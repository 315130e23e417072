package dev.sluice.sink.backfill;

import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.ledger.RangeCounts;
import java.util.List;
import org.apache.iceberg.DataFile;

/**
 * Closed data files of one stretch of one source partition, not yet in the table.
 *
 * @param range the offsets they are complete for
 * @param counts what became of the records of the range
 * @param putBack when the ledger holds the range already: the offsets of the rows in the files, which had gone missing
 *     from the table; none when the range is new to it
 */
public record LandedStretch(OffsetRange range, RangeCounts counts, List<DataFile> files, List<Long> putBack) {
    public LandedStretch {
        files = List.copyOf(files);
        putBack = List.copyOf(putBack);
        long inFiles = files.stream().mapToLong(DataFile::recordCount).sum();
        if (inFiles != counts.landed()) {
            throw new IllegalArgumentException("Landed rows and files disagree for " + range + ": " + counts.landed()
                    + " rows, " + inFiles + " in the files");
        }
    }

    /** Whether the files put rows back into a range that the ledger holds. */
    public boolean isRepair() {
        return !putBack.isEmpty();
    }
}
