package dev.sluice.sink.ledger;

/**
 * What a table holds of one source partition: one stretch of offsets without a gap.
 *
 * @param first the first offset that was announced or backfilled
 * @param to the offset up to which everything was landed or sent to the dead-letter topic, exclusive
 * @param counts totals since {@code first}
 */
public record LedgerEntry(SourcePartition source, long first, long to, RangeCounts counts) {
    public LedgerEntry {
        if (first < 0 || to < first) {
            throw new IllegalArgumentException("Not a ledger entry: " + source + " [" + first + ", " + to + ")");
        }
    }

    static LedgerEntry startingWith(OffsetRange range, RangeCounts counts) {
        return new LedgerEntry(range.source(), range.from(), range.to(), counts);
    }

    LedgerEntry advanced(OffsetRange range, RangeCounts more) {
        return new LedgerEntry(source, first, range.to(), counts.plus(more));
    }

    boolean holds(OffsetRange range) {
        return source.equals(range.source()) && first <= range.from() && range.to() <= to;
    }

    /** This stretch after rows of it became dead letters. */
    LedgerEntry rejected(long rows) {
        return new LedgerEntry(
                source,
                first,
                to,
                new RangeCounts(counts.rows() - rows, counts.tombstones(), counts.deadLetters() + rows));
    }

    /** This stretch and the one that starts where it ends. */
    LedgerEntry joined(LedgerEntry next) {
        return new LedgerEntry(source, first, next.to, counts.plus(next.counts));
    }

    /** Offsets of {@code [first, to)} that held no record: transaction markers, aborted and compacted records. */
    public long controlOffsets() {
        return to - first - counts.records();
    }
}
