package dev.sluice.sink.bronze;

import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.ledger.RangeCounts;
import java.util.List;
import org.apache.iceberg.DataFile;

/**
 * One announced micro-batch of one source partition.
 *
 * @param range the offsets it covers
 * @param announcementOffset the offset of its announcement
 * @param counts what became of the records of the range
 * @param files the closed data files, none when the range held dead letters only; not yet in any table
 */
public record BronzeBatch(OffsetRange range, long announcementOffset, RangeCounts counts, List<DataFile> files) {
    public BronzeBatch {
        files = List.copyOf(files);
        long inFiles = files.stream().mapToLong(DataFile::recordCount).sum();
        if (inFiles != counts.landed()) {
            throw new IllegalArgumentException("Announced rows and files disagree for " + range + ": " + counts.landed()
                    + " rows announced, " + inFiles + " in the files");
        }
    }
}
