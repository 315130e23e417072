package dev.sluice.sink.backfill;

import dev.sluice.sink.ledger.OffsetRange;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.DataFile;

/**
 * A stretch that the ledger holds, landed again: closed data files that take the place of the rows that the table has
 * of the records read. Rows whose record the topic does not hold any more stay.
 *
 * @param range within one stretch of the ledger
 * @param read the offsets whose records were read, counted from the start of the range
 * @param dead the offsets of those records that are dead letters, and have no row in the files
 * @param lostAndDead how many of them had neither a row nor a letter before
 */
public record OverwrittenStretch(
        OffsetRange range, List<DataFile> files, BitSet read, Set<Long> dead, long lostAndDead) {
    public OverwrittenStretch {
        files = List.copyOf(files);
        read = (BitSet) read.clone();
        dead = Set.copyOf(dead);
    }

    @Override
    public BitSet read() {
        return (BitSet) read.clone();
    }

    /** Rows in the files. */
    public long rows() {
        return files.stream().mapToLong(DataFile::recordCount).sum();
    }
}
