package dev.sluice.sink.land.columns;

/** Packs numbers of equal width one after the other, the lowest bit first (Parquet's and its deltas' order). */
final class BitPack {
    private BitPack() {}

    /**
     * Packs.
     *
     * @param count a multiple of eight
     * @param width bits of each, 1 to 64; no number has more
     */
    static void pack(long[] values, int from, int count, int width, ByteSink out) {
        out.room(count / 8 * width + 8);
        long word = 0;
        int bits = 0;
        for (int i = from; i < from + count; i++) {
            long value = values[i];
            word |= value << bits;
            bits += width;
            if (bits >= 64) {
                out.fixedLong(word);
                bits -= 64;
                word = bits == 0 ? 0 : value >>> (width - bits);
            }
        }
        for (; bits > 0; bits -= 8) {
            out.one((int) word);
            word >>>= 8;
        }
    }

    /** The same for numbers of at most 32 bits. */
    static void pack(int[] values, int from, int count, int width, ByteSink out) {
        out.room(count / 8 * width + 8);
        long word = 0;
        int bits = 0;
        for (int i = from; i < from + count; i++) {
            long value = values[i];
            word |= value << bits;
            bits += width;
            if (bits >= 64) {
                out.fixedLong(word);
                bits -= 64;
                word = bits == 0 ? 0 : value >>> (width - bits);
            }
        }
        for (; bits > 0; bits -= 8) {
            out.one((int) word);
            word >>>= 8;
        }
    }
}
