package dev.sluice.sink.ledger;

/**
 * The offsets {@code [from, to)} of one source partition. Ranges are by committed offset, so they also cover offsets
 * that hold no record (transaction markers, compacted-away records).
 */
public record OffsetRange(SourcePartition source, long from, long to) {
    public OffsetRange {
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("Not an offset range: [" + from + ", " + to + ") of " + source);
        }
    }

    /** The number of offsets covered. */
    public long length() {
        return to - from;
    }

    @Override
    public String toString() {
        return source + "@[" + from + ", " + to + ")";
    }
}
