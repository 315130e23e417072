package dev.sluice.sink.index;

import java.util.Arrays;

/**
 * Up to a million keys, each with a number. A key is two hashes of 63 bits, never negative: with one, two of ten
 * million keys would now and then be taken for the same.
 */
public final class KeyBatch {
    private static final int INDEX_BITS = 20;
    /** The most keys in one batch. */
    public static final int CAPACITY = 1 << INDEX_BITS;

    private static final long INDEX = CAPACITY - 1;
    private static final int FIRST = 1024;

    private long[] highs;
    private long[] lows;
    private long[] values;
    private int size;

    public KeyBatch() {
        this(FIRST);
    }

    private KeyBatch(int capacity) {
        highs = new long[capacity];
        lows = new long[capacity];
        values = new long[capacity];
    }

    /** Adds a key; of equal ones the last counts. */
    public void add(long high, long low, long value) {
        if (size == CAPACITY) {
            throw new IllegalStateException("A batch holds at most " + CAPACITY + " keys");
        }
        if (size == highs.length) {
            int larger = Math.min(CAPACITY, size * 2);
            highs = Arrays.copyOf(highs, larger);
            lows = Arrays.copyOf(lows, larger);
            values = Arrays.copyOf(values, larger);
        }
        highs[size] = high;
        lows[size] = low;
        values[size] = value;
        size++;
    }

    public int size() {
        return size;
    }

    public boolean isFull() {
        return size == CAPACITY;
    }

    public long high(int i) {
        return highs[i];
    }

    public long low(int i) {
        return lows[i];
    }

    public long value(int i) {
        return values[i];
    }

    /** The numbers of all keys. */
    public long[] values() {
        return Arrays.copyOf(values, size);
    }

    /** The same keys in ascending order, each once. */
    public KeyBatch sorted() {
        // The high bits of the first hash are next to unique; what they leave open is put right afterwards.
        long[] order = new long[size];
        for (int i = 0; i < size; i++) {
            order[i] = (highs[i] & ~INDEX) | i;
        }
        Arrays.sort(order);
        KeyBatch sorted = new KeyBatch(Math.max(1, size));
        for (long at : order) {
            int i = (int) (at & INDEX);
            sorted.insert(highs[i], lows[i], values[i]);
        }
        return sorted;
    }

    /** Adds a key that belongs at the end, or close to it. */
    private void insert(long high, long low, long value) {
        int at = size;
        while (at > 0 && compare(at - 1, high, low) > 0) {
            at--;
        }
        if (at > 0 && compare(at - 1, high, low) == 0) {
            values[at - 1] = value;
            return;
        }
        for (int i = size; i > at; i--) {
            highs[i] = highs[i - 1];
            lows[i] = lows[i - 1];
            values[i] = values[i - 1];
        }
        highs[at] = high;
        lows[at] = low;
        values[at] = value;
        size++;
    }

    private int compare(int i, long high, long low) {
        return highs[i] == high ? Long.compare(lows[i], low) : Long.compare(highs[i], high);
    }
}
