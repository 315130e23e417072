package dev.sluice.sink.land.columns;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.parquet.io.api.Binary;

/** The least and the greatest of byte strings in one array, by unsigned bytes. */
final class ByteRange {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] bytes;
    private int least = -1;
    private int leastLength;
    private long leastStart;
    private int greatest;
    private int greatestLength;
    private long greatestStart;

    ByteRange(byte[] bytes) {
        this.bytes = bytes;
    }

    void add(int from, int length) {
        long start = start(from, length);
        if (least < 0) {
            setLeast(from, length, start);
            setGreatest(from, length, start);
            return;
        }
        int toLeast = Long.compareUnsigned(start, leastStart);
        if (toLeast < 0 || (toLeast == 0 && compare(from, length, least, leastLength) < 0)) {
            setLeast(from, length, start);
        }
        int toGreatest = Long.compareUnsigned(start, greatestStart);
        if (toGreatest > 0 || (toGreatest == 0 && compare(from, length, greatest, greatestLength) > 0)) {
            setGreatest(from, length, start);
        }
    }

    Binary least() {
        return Binary.fromConstantByteArray(Arrays.copyOfRange(bytes, least, least + leastLength));
    }

    Binary greatest() {
        return Binary.fromConstantByteArray(Arrays.copyOfRange(bytes, greatest, greatest + greatestLength));
    }

    private void setLeast(int from, int length, long start) {
        least = from;
        leastLength = length;
        leastStart = start;
    }

    private void setGreatest(int from, int length, long start) {
        greatest = from;
        greatestLength = length;
        greatestStart = start;
    }

    private int compare(int from, int length, int other, int otherLength) {
        return Arrays.compareUnsigned(bytes, from, from + length, bytes, other, other + otherLength);
    }

    /** The first eight bytes as a number of the same order; shorter strings are filled up with zeros. */
    private long start(int from, int length) {
        if (length >= 8) {
            return (long) LONGS.get(bytes, from);
        }
        long start = 0;
        for (int i = 0; i < length; i++) {
            start |= (bytes[from + i] & 0xFFL) << (56 - 8 * i);
        }
        return start;
    }
}
