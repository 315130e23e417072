package dev.sluice.sink.land.columns;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Bytes that grow at their end; the end may also be taken back. */
final class ByteSink {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int FEWEST = 256;
    private static final int LARGEST = Integer.MAX_VALUE - 16;

    byte[] bytes;
    int size;

    ByteSink() {
        bytes = new byte[FEWEST];
    }

    /** Makes room for so many bytes more. */
    void room(int more) {
        if (more > bytes.length - size) {
            grow(more);
        }
    }

    private void grow(int more) {
        long needed = (long) size + more;
        if (needed > LARGEST) {
            throw new IllegalStateException("a page of " + needed + " bytes");
        }
        bytes = Arrays.copyOf(bytes, (int) Math.min(LARGEST, Math.max(needed, 2L * bytes.length)));
    }

    /** Empties it, and lets go of memory that only an unusual page needed. */
    void clear(int mostKept) {
        size = 0;
        if (bytes.length > mostKept) {
            bytes = new byte[FEWEST];
        }
    }

    void one(int value) {
        room(1);
        bytes[size++] = (byte) value;
    }

    /** Four bytes, the lowest first. */
    void fixedInt(int value) {
        room(4);
        INTS.set(bytes, size, value);
        size += 4;
    }

    void fixedInt(int at, int value) {
        INTS.set(bytes, at, value);
    }

    int intAt(int at) {
        return (int) INTS.get(bytes, at);
    }

    /** Eight bytes, the lowest first. */
    void fixedLong(long value) {
        room(8);
        LONGS.set(bytes, size, value);
        size += 8;
    }

    /** The lowest so many bytes of a number, the lowest first. */
    void lowBytes(int value, int count) {
        room(4);
        INTS.set(bytes, size, value);
        size += count;
    }

    void varint(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    void zigzag(long value) {
        varint((value << 1) ^ (value >> 63));
    }

    void write(byte[] source, int from, int length) {
        room(length);
        System.arraycopy(source, from, bytes, size, length);
        size += length;
    }
}
