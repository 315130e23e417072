package dev.sluice.sink.land.columns;

/** Parquet's DELTA_BINARY_PACKED: differences from value to value, in blocks of 128. */
final class DeltaPack {
    private static final int BLOCK = 128;
    private static final int MINIBLOCKS = 4;
    private static final int MINIBLOCK = BLOCK / MINIBLOCKS;

    private final long[] deltas = new long[BLOCK];

    /**
     * Encodes at least one number.
     *
     * @param narrow whether they are of 32 bits, whose differences wrap around at 32
     */
    void encode(long[] values, int count, boolean narrow, ByteSink out) {
        out.varint(BLOCK);
        out.varint(MINIBLOCKS);
        out.varint(count);
        out.zigzag(values[0]);
        for (int from = 1; from < count; from += BLOCK) {
            block(values, from, Math.min(BLOCK, count - from), narrow, out);
        }
    }

    private void block(long[] values, int from, int count, boolean narrow, ByteSink out) {
        long least = Long.MAX_VALUE;
        long previous = values[from - 1];
        for (int i = 0; i < count; i++) {
            long value = values[from + i];
            long delta = narrow ? (int) (value - previous) : value - previous;
            deltas[i] = delta;
            least = Math.min(least, delta);
            previous = value;
        }
        out.zigzag(least);
        long mask = narrow ? 0xFFFFFFFFL : -1L;
        int used = (count + MINIBLOCK - 1) / MINIBLOCK;
        for (int i = 0; i < used * MINIBLOCK; i++) {
            deltas[i] = i < count ? (deltas[i] - least) & mask : 0;
        }
        int widths = out.size;
        out.fixedInt(0);
        for (int i = 0; i < used; i++) {
            long all = 0;
            for (int k = i * MINIBLOCK; k < (i + 1) * MINIBLOCK; k++) {
                all |= deltas[k];
            }
            int width = Long.SIZE - Long.numberOfLeadingZeros(all);
            out.bytes[widths + i] = (byte) width;
            if (width > 0) {
                BitPack.pack(deltas, i * MINIBLOCK, MINIBLOCK, width, out);
            }
        }
    }
}
