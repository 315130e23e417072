package dev.sluice.sink.audit;

import java.util.BitSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** A set of offsets of one partition within {@code [first, to)}, one bit each, that counts what was added twice. */
public final class OffsetSet {
    private static final int SHOWN = 5;

    private final long first;
    private final long to;
    private final BitSet bits;
    private final BitSet twice = new BitSet();
    private long added;
    private long outside;

    /** An empty set over the window; at most {@code Integer.MAX_VALUE} offsets wide. */
    public OffsetSet(long first, long to) {
        if (to < first || to - first > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "Not a window of offsets that fits in memory: [" + first + ", " + to + ")");
        }
        this.first = first;
        this.to = to;
        this.bits = new BitSet((int) (to - first));
    }

    private OffsetSet(OffsetSet other) {
        this(other.first, other.to);
        bits.or(other.bits);
    }

    public void add(long offset) {
        added++;
        if (offset < first || offset >= to) {
            outside++;
            return;
        }
        int index = (int) (offset - first);
        if (bits.get(index)) {
            twice.set(index);
        }
        bits.set(index);
    }

    /** Whether the window holds the offset, be it in the set or not. */
    public boolean covers(long offset) {
        return offset >= first && offset < to;
    }

    public boolean contains(long offset) {
        return covers(offset) && bits.get((int) (offset - first));
    }

    /** How many offsets the window holds. */
    public long width() {
        return to - first;
    }

    public long size() {
        return bits.cardinality();
    }

    /** How many offsets were added more than once. */
    public long repeated() {
        return twice.cardinality();
    }

    /** How many offsets were added, repeated ones and ones outside of the window counted each time. */
    public long added() {
        return added;
    }

    /** How many additions fell outside of the window. */
    public long outside() {
        return outside;
    }

    public OffsetSet and(OffsetSet other) {
        OffsetSet result = new OffsetSet(this);
        result.bits.and(other.bits);
        return result;
    }

    public OffsetSet minus(OffsetSet other) {
        OffsetSet result = new OffsetSet(this);
        result.bits.andNot(other.bits);
        return result;
    }

    /** The offsets that were added more than once. */
    public OffsetSet repeatedOnes() {
        OffsetSet result = new OffsetSet(first, to);
        result.bits.or(twice);
        return result;
    }

    /** The first few offsets, for a message; empty for an empty set. */
    public String sample() {
        String shown = offsets().limit(SHOWN).mapToObj(Long::toString).collect(Collectors.joining(", "));
        return size() > SHOWN ? shown + ", …" : shown;
    }

    /** All offsets in order. */
    public LongStream offsets() {
        return bits.stream().mapToLong(bit -> first + bit);
    }
}
