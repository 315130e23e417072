package dev.sluice.app.audit;

import dev.sluice.sink.audit.CanonicalRow;
import dev.sluice.sink.audit.TableDigest;
import java.util.Arrays;
import java.util.List;

/**
 * Counts events that came before, by a 64-bit hash each: two of ten million events share one in three audits of a
 * million.
 */
final class RepeatedEvents {
    private static final int FIRST_CAPACITY = 1024;

    private long[] hashes = new long[FIRST_CAPACITY];
    private int size;

    void add(Object event) {
        if (size == hashes.length) {
            hashes = Arrays.copyOf(hashes, 2 * size);
        }
        hashes[size++] = TableDigest.EMPTY.plus(CanonicalRow.of(List.of(event))).checksum();
    }

    /** How many of the events added were there already. */
    long count() {
        Arrays.sort(hashes, 0, size);
        long repeated = 0;
        for (int i = 1; i < size; i++) {
            repeated += hashes[i] == hashes[i - 1] ? 1 : 0;
        }
        return repeated;
    }
}
