package dev.sluice.sink.ledger;

/**
 * What became of the records of a range. Offsets of the range that are in none of the three held no record for a
 * reader: transaction markers, aborted or compacted records.
 *
 * @param rows records landed as rows, tombstones not among them
 * @param tombstones records without a value, landed as rows with null columns
 * @param deadLetters records sent to the dead-letter topic
 */
public record RangeCounts(long rows, long tombstones, long deadLetters) {
    public static final RangeCounts NONE = new RangeCounts(0, 0, 0);

    public RangeCounts {
        if (rows < 0 || tombstones < 0 || deadLetters < 0) {
            throw new IllegalArgumentException("Negative counts: " + rows + " rows, " + tombstones + " tombstones, "
                    + deadLetters + " dead letters");
        }
    }

    /** Rows that the data files of the range hold. */
    public long landed() {
        return rows + tombstones;
    }

    /** All records of the range. */
    public long records() {
        return rows + tombstones + deadLetters;
    }

    public RangeCounts plus(RangeCounts other) {
        return new RangeCounts(rows + other.rows, tombstones + other.tombstones, deadLetters + other.deadLetters);
    }
}
