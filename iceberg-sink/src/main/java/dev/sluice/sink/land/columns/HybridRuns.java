package dev.sluice.sink.land.columns;

import java.util.Arrays;

/** Parquet's RLE/bit-packing hybrid, for levels and dictionary ids. */
final class HybridRuns {
    private static final int GROUP = 8;

    private HybridRuns() {}

    /**
     * Encodes.
     *
     * @param values not negative; has room for seven more behind the last, which are overwritten
     * @param width bits of the largest value that there may be
     */
    static void encode(int[] values, int count, int width, ByteSink out) {
        Arrays.fill(values, count, Math.min(values.length, count + GROUP - 1), 0);
        int at = 0;
        int packedFrom = 0;
        while (at < count) {
            int run = run(values, at, count);
            if (run >= GROUP) {
                packed(values, packedFrom, at, width, out);
                repeated(values[at], run, width, out);
                at += run;
                packedFrom = at;
            } else {
                at = Math.min(count, at + GROUP);
            }
        }
        packed(values, packedFrom, count, width, out);
    }

    /** One value, so many times. */
    static void repeated(int value, int times, int width, ByteSink out) {
        out.varint((long) times << 1);
        out.lowBytes(value, (width + 7) / 8);
    }

    private static int run(int[] values, int from, int end) {
        int value = values[from];
        int at = from + 1;
        while (at < end && values[at] == value) {
            at++;
        }
        return at - from;
    }

    private static void packed(int[] values, int from, int to, int width, ByteSink out) {
        if (from == to) {
            return;
        }
        int groups = (to - from + GROUP - 1) / GROUP;
        out.varint((long) groups << 1 | 1);
        BitPack.pack(values, from, groups * GROUP, width, out);
    }
}
