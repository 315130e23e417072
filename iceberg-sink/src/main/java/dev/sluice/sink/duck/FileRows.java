package dev.sluice.sink.duck;

import java.util.Optional;
import org.apache.iceberg.deletes.PositionDeleteIndex;

/**
 * Some rows of one data file.
 *
 * @param location the data file
 * @param bytes its size, 0 when unknown
 * @param rows how many rows are taken
 * @param sequence orders files of different commits; the higher one is newer
 * @param except positions to leave out, if any
 * @param only when present, the positions to take, and no others
 */
public record FileRows(
        String location,
        long bytes,
        long rows,
        long sequence,
        Optional<PositionDeleteIndex> except,
        Optional<PositionDeleteIndex> only) {

    /** Every row of a file except the deleted ones. */
    public static FileRows except(
            String location, long bytes, long recordCount, long sequence, PositionDeleteIndex deleted) {
        return new FileRows(
                location,
                bytes,
                recordCount - size(deleted),
                sequence,
                deleted.isEmpty() ? Optional.empty() : Optional.of(deleted),
                Optional.empty());
    }

    /** The rows at the positions. */
    public static FileRows only(String location, long bytes, long sequence, PositionDeleteIndex wanted) {
        return new FileRows(location, bytes, size(wanted), sequence, Optional.empty(), Optional.of(wanted));
    }

    /** The empty index refuses to count itself. */
    private static long size(PositionDeleteIndex positions) {
        return positions.isEmpty() ? 0 : positions.cardinality();
    }

    boolean filtered() {
        return except.isPresent() || only.isPresent();
    }
}
