package dev.sluice.sink.land.columns;

import java.util.Arrays;

/** Distinct numbers in the order of their first coming. */
final class NumberDictionary {
    private static final long MIX = 0x9E3779B97F4A7C15L;
    private static final int FEWEST_SLOTS = 256;

    private long[] values = new long[FEWEST_SLOTS / 2];
    private int[] slots = new int[FEWEST_SLOTS];
    private int size;

    int size() {
        return size;
    }

    long value(int id) {
        return values[id];
    }

    void clear() {
        size = 0;
        values = new long[FEWEST_SLOTS / 2];
        slots = new int[FEWEST_SLOTS];
    }

    /** Forgets the newest values. */
    void shrink(int newSize) {
        if (newSize < size) {
            size = newSize;
            rehash(slots.length);
        }
    }

    /**
     * Finds or adds all numbers.
     *
     * @return whether there are at most so many distinct ones, and {@code ids} is complete
     */
    boolean ids(long[] numbers, int count, int[] ids, int most) {
        long last = 0;
        int lastId = -1;
        for (int i = 0; i < count; i++) {
            long number = numbers[i];
            if (lastId < 0 || number != last) {
                lastId = id(number);
                last = number;
                if (size > most) {
                    return false;
                }
            }
            ids[i] = lastId;
        }
        return true;
    }

    private int id(long number) {
        int mask = slots.length - 1;
        int at = slot(number, mask);
        while (true) {
            int id = slots[at] - 1;
            if (id < 0) {
                return add(number, at);
            }
            if (values[id] == number) {
                return id;
            }
            at = (at + 1) & mask;
        }
    }

    private int add(long number, int slot) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size] = number;
        slots[slot] = ++size;
        if (size * 2 > slots.length) {
            rehash(slots.length * 2);
        }
        return size - 1;
    }

    private void rehash(int length) {
        slots = new int[length];
        int mask = length - 1;
        for (int id = 0; id < size; id++) {
            int at = slot(values[id], mask);
            while (slots[at] != 0) {
                at = (at + 1) & mask;
            }
            slots[at] = id + 1;
        }
    }

    private static int slot(long number, int mask) {
        long mixed = number * MIX;
        return (int) (mixed >>> 32) & mask;
    }
}
