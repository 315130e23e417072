package dev.sluice.app.audit;

import dev.sluice.sink.audit.RowImage;
import java.util.BitSet;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The rows of a stretch of one partition as sums of their images, and what came of comparing them with the records.
 * Holds eight bytes for each offset, sixteen when rules for personal data hold.
 */
final class StretchValues {
    /** How many rows that differ are remembered. */
    private static final int SHOWN = 3;

    private final long first;
    private final long[] plain;
    private final long[] masked;
    private final BitSet there;
    private final SortedMap<Long, RowImage> different = new TreeMap<>();
    private final SortedMap<Long, RowImage> unlikeMasked = new TreeMap<>();
    private long rows;
    private long equal;
    private long equalMasked;

    StretchValues(long first, long to, boolean rules) {
        this.first = first;
        this.plain = new long[Math.toIntExact(to - first)];
        this.masked = new long[rules ? plain.length : 0];
        this.there = new BitSet(plain.length);
    }

    boolean covers(long offset) {
        return offset >= first && offset - first < plain.length;
    }

    void landed(long offset, RowImage image) {
        int at = (int) (offset - first);
        plain[at] = image.plainSum();
        if (masked.length > 0) {
            masked[at] = image.maskedSum();
        }
        there.set(at);
    }

    boolean holds(long offset) {
        return covers(offset) && there.get((int) (offset - first));
    }

    /** Compares a record with the row that {@link #holds} said is there. */
    void sent(long offset, RowImage image) {
        int at = (int) (offset - first);
        rows++;
        if (plain[at] != image.plainSum()) {
            remember(different, offset, image);
            return;
        }
        equal++;
        if (masked.length == 0 || masked[at] == image.maskedSum()) {
            equalMasked++;
        } else {
            remember(unlikeMasked, offset, image);
        }
    }

    private static void remember(SortedMap<Long, RowImage> some, long offset, RowImage image) {
        if (some.size() < SHOWN) {
            some.put(offset, image);
        }
    }

    long rows() {
        return rows;
    }

    long equal() {
        return equal;
    }

    long equalMasked() {
        return equalMasked;
    }

    /** The images that some rows should have had, by offset, apart from what rules change. */
    SortedMap<Long, RowImage> different() {
        return different;
    }

    /** The images that some rows should have had by the rules. */
    SortedMap<Long, RowImage> unlikeMasked() {
        return unlikeMasked;
    }
}
