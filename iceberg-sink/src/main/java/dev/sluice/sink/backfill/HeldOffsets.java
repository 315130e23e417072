package dev.sluice.sink.backfill;

import dev.sluice.sink.land.BronzeColumns;
import dev.sluice.sink.ledger.OffsetRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.BitSet;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;

/** The offsets of a range at which a bronze table has rows, as its current snapshot shows them. */
public final class HeldOffsets {
    private final OffsetRange range;
    private final BitSet rows;

    private HeldOffsets(OffsetRange range, BitSet rows) {
        this.range = range;
        this.rows = rows;
    }

    /**
     * Looks the rows up; the files' statistics on the offset spare those that cannot hold any.
     *
     * @param range at most {@code Integer.MAX_VALUE} offsets long
     */
    public static HeldOffsets in(Table table, OffsetRange range) {
        return table.currentSnapshot() == null
                ? new HeldOffsets(range, new BitSet())
                : at(table, table.currentSnapshot().snapshotId(), range);
    }

    /** The same in one snapshot, of any branch. */
    static HeldOffsets at(Table table, long snapshotId, OffsetRange range) {
        BitSet rows = new BitSet();
        if (range.length() > 0) {
            try (CloseableIterable<Record> found = IcebergGenerics.read(table)
                    .useSnapshot(snapshotId)
                    .where(filter(range))
                    .select(BronzeColumns.OFFSET)
                    .build()) {
                for (Record row : found) {
                    long offset = (Long) row.getField(BronzeColumns.OFFSET);
                    rows.set(Math.toIntExact(offset - range.from()));
                }
            } catch (IOException e) {
                throw new UncheckedIOException("[" + table.name() + "] Cannot close the table's reader", e);
            }
        }
        return new HeldOffsets(range, rows);
    }

    /** Rows of these offsets. */
    static Expression filter(OffsetRange range) {
        return Expressions.and(
                Expressions.equal(BronzeColumns.TOPIC, range.source().topic()),
                Expressions.equal(BronzeColumns.PARTITION, range.source().partition()),
                Expressions.greaterThanOrEqual(BronzeColumns.OFFSET, range.from()),
                Expressions.lessThan(BronzeColumns.OFFSET, range.to()));
    }

    public OffsetRange range() {
        return range;
    }

    public boolean contains(long offset) {
        return offset >= range.from() && offset < range.to() && rows.get(Math.toIntExact(offset - range.from()));
    }

    /** How many offsets have a row. */
    public long size() {
        return rows.cardinality();
    }

    /** Whether every offset has a row. */
    public boolean isComplete() {
        return size() == range.length();
    }
}
