package dev.sluice.sink.land.columns;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Distinct byte strings in the order of their first coming, kept as Parquet's plain encoding has them. */
final class BytesDictionary {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long MIX = 0x9E3779B97F4A7C15L;
    private static final int FEWEST_SLOTS = 256;
    /** Bytes that a processor fetches at once. */
    private static final int LINE = 64;

    private final int prefix;
    private final ByteSink plain = new ByteSink();
    private int[] starts = new int[FEWEST_SLOTS / 2];
    private int[] hashes = new int[FEWEST_SLOTS / 2];
    private int[] slots = new int[FEWEST_SLOTS];
    private int size;
    /** Nobody reads it; it keeps the loads of {@link #touch} from being optimized away. */
    int touched;

    /** @param prefix bytes in front of each that tell its length, 4 or, when all are of one length, 0 */
    BytesDictionary(int prefix) {
        this.prefix = prefix;
    }

    int size() {
        return size;
    }

    ByteSink plain() {
        return plain;
    }

    void clear() {
        size = 0;
        plain.clear(0);
        starts = new int[FEWEST_SLOTS / 2];
        hashes = new int[FEWEST_SLOTS / 2];
        slots = new int[FEWEST_SLOTS];
    }

    /** Forgets the newest values. */
    void shrink(int newSize) {
        if (newSize < size) {
            plain.size = starts[newSize];
            size = newSize;
            rehash(slots.length);
        }
    }

    /** The id of a byte string, which is added when it is new. */
    int id(byte[] source, int from, int length) {
        return id(source, from, length, hash(source, from, length));
    }

    /** The same, for who knows the {@link #hash} already. */
    int id(byte[] source, int from, int length, int hash) {
        int mask = slots.length - 1;
        int at = hash & mask;
        while (true) {
            int id = slots[at] - 1;
            if (id < 0) {
                return add(source, from, length, hash, at);
            }
            if (hashes[id] == hash && is(id, source, from, length)) {
                return id;
            }
            at = (at + 1) & mask;
        }
    }

    /**
     * Brings what {@link #id} will look at into the processor's cache, for many values at once: loads that do not wait
     * for each other overlap, those of one look-up after another do not.
     */
    void touch(int[] hashOfEach, int count) {
        int mask = slots.length - 1;
        int seen = 0;
        for (int i = 0; i < count; i++) {
            int id = slots[hashOfEach[i] & mask] - 1;
            if (id >= 0) {
                int start = starts[id];
                seen += hashes[id] ^ plain.bytes[start] ^ plain.bytes[Math.min(start + LINE, plain.size - 1)];
            }
        }
        touched = seen;
    }

    boolean is(int id, byte[] source, int from, int length) {
        int start = starts[id] + prefix;
        int end = id + 1 < size ? starts[id + 1] : plain.size;
        return Arrays.equals(plain.bytes, start, end, source, from, from + length);
    }

    private int add(byte[] source, int from, int length, int hash, int slot) {
        if (size == starts.length) {
            starts = Arrays.copyOf(starts, size * 2);
            hashes = Arrays.copyOf(hashes, size * 2);
        }
        starts[size] = plain.size;
        hashes[size] = hash;
        if (prefix > 0) {
            plain.fixedInt(length);
        }
        plain.write(source, from, length);
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
            int at = hashes[id] & mask;
            while (slots[at] != 0) {
                at = (at + 1) & mask;
            }
            slots[at] = id + 1;
        }
    }

    static int hash(byte[] source, int from, int length) {
        long hash = length * MIX;
        int at = from;
        int end = from + length;
        for (; at + 8 <= end; at += 8) {
            hash = (hash ^ (long) LONGS.get(source, at)) * MIX;
            hash ^= hash >>> 32;
        }
        for (; at < end; at++) {
            hash = (hash ^ source[at]) * MIX;
        }
        return (int) (hash >>> 32);
    }
}
