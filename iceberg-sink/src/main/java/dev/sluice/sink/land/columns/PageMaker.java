package dev.sluice.sink.land.columns;

import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** Makes pages (format version 1: levels and values compressed as one) of what columns have gathered. */
final class PageMaker implements AutoCloseable {
    private static final int MOST_KEPT = 4 << 20;

    private final ByteSink plain = new ByteSink();
    private final DeltaPack deltas = new DeltaPack();
    private final Compressor compressor;
    private int[] numbers = new int[1024];

    PageMaker(int level) {
        compressor = new Compressor(level);
    }

    static CompressionCodecName codec() {
        return CompressionCodecName.ZSTD;
    }

    DeltaPack deltas() {
        return deltas;
    }

    /** Room for so many ids or levels, and the few more that their encoding needs. */
    int[] numbers(int count) {
        if (numbers.length < count + 8) {
            numbers = new int[count + count / 4 + 8];
        }
        return numbers;
    }

    /** The page of everything that the column holds. */
    Page page(Column column, int rows) {
        plain.clear(MOST_KEPT);
        column.writeLevels(this, plain);
        Statistics<?> statistics = column.statistics();
        statistics.incrementNumNulls(column.entries() - column.values());
        Encoding encoding = column.values() == 0 ? Encoding.PLAIN : column.encode(this, plain);
        return new Page(compressor.compress(plain), plain.size, column.entries(), rows, statistics, encoding);
    }

    BytesInput compress(ByteSink bytes) {
        return compressor.compress(bytes);
    }

    /** Ids into a dictionary of this size. */
    static void writeIds(int[] ids, int count, int dictionarySize, ByteSink out) {
        int width = width(dictionarySize - 1);
        out.one(width);
        HybridRuns.encode(ids, count, width, out);
    }

    void writeLevels(byte[] levels, int count, int most, ByteSink out) {
        int start = out.size;
        out.fixedInt(0);
        int width = width(most);
        if (allEqual(levels, count)) {
            if (count > 0) {
                HybridRuns.repeated(levels[0], count, width, out);
            }
        } else {
            int[] wide = numbers(count);
            for (int i = 0; i < count; i++) {
                wide[i] = levels[i];
            }
            HybridRuns.encode(wide, count, width, out);
        }
        out.fixedInt(start, out.size - start - Integer.BYTES);
    }

    private static boolean allEqual(byte[] levels, int count) {
        for (int i = 1; i < count; i++) {
            if (levels[i] != levels[0]) {
                return false;
            }
        }
        return true;
    }

    static int width(int largest) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(largest);
    }

    @Override
    public void close() {
        compressor.close();
    }
}
