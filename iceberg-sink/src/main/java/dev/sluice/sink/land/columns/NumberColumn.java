package dev.sluice.sink.land.columns;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.iceberg.FieldMetrics;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** A column of booleans or numbers; fractions are held as their bits. */
public final class NumberColumn extends Column {
    private static final int MOST_KEPT = 1 << 18;
    private static final int FEWEST = 64;

    private final PrimitiveTypeName kind;
    private final int width;
    private final int mostDistinct;
    private final NumberDictionary dictionary = new NumberDictionary();
    private final ByteSink dictionaryBytes = new ByteSink();
    private final FractionMetrics fractions;
    private long[] values = new long[FEWEST];
    private int size;
    private int marked;

    NumberColumn(ColumnDescriptor descriptor, int dictionaryBytes) {
        super(descriptor);
        this.kind = type().getPrimitiveTypeName();
        this.width = kind == PrimitiveTypeName.INT32 || kind == PrimitiveTypeName.FLOAT ? 4 : 8;
        this.mostDistinct = dictionaryBytes / width;
        this.fractions = new FractionMetrics(type());
    }

    /** Adds a number, or the bits of a fraction, or 0 or 1. */
    public void add(long value, int rep) {
        present(rep);
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size++] = value;
    }

    @Override
    public void add(Object value, int rep) {
        add(bits(value), rep);
    }

    private static long bits(Object value) {
        if (value instanceof Boolean truth) {
            return truth ? 1 : 0;
        }
        if (value instanceof Float fraction) {
            return Float.floatToIntBits(fraction);
        }
        if (value instanceof Double fraction) {
            return Double.doubleToLongBits(fraction);
        }
        if (value instanceof BigDecimal decimal) {
            return decimal.unscaledValue().longValueExact();
        }
        return ((Number) value).longValue();
    }

    @Override
    void start(boolean withDictionary) {
        super.start(withDictionary && kind != PrimitiveTypeName.BOOLEAN);
        fractions.clear();
    }

    @Override
    void markValues() {
        marked = size;
    }

    @Override
    void rollbackValues() {
        size = marked;
    }

    @Override
    int values() {
        return size;
    }

    @Override
    long openBytes() {
        return (long) size * width;
    }

    @Override
    Statistics<?> statistics() {
        Statistics<?> statistics = Statistics.createStats(type());
        switch (kind) {
            case FLOAT -> {
                for (int i = 0; i < size; i++) {
                    statistics.updateStats(Float.intBitsToFloat((int) values[i]));
                }
                fractions.add(values, size, entries());
            }
            case DOUBLE -> {
                for (int i = 0; i < size; i++) {
                    statistics.updateStats(Double.longBitsToDouble(values[i]));
                }
                fractions.add(values, size, entries());
            }
            default -> range(statistics);
        }
        return statistics;
    }

    private void range(Statistics<?> statistics) {
        if (size == 0) {
            return;
        }
        long least = values[0];
        long greatest = values[0];
        for (int i = 1; i < size; i++) {
            least = Math.min(least, values[i]);
            greatest = Math.max(greatest, values[i]);
        }
        if (kind == PrimitiveTypeName.INT64) {
            statistics.updateStats(least);
            statistics.updateStats(greatest);
        } else if (kind == PrimitiveTypeName.INT32) {
            statistics.updateStats((int) least);
            statistics.updateStats((int) greatest);
        } else {
            statistics.updateStats(least == 1);
            statistics.updateStats(greatest == 1);
        }
    }

    @Override
    Encoding encode(PageMaker maker, ByteSink out) {
        if (kind == PrimitiveTypeName.BOOLEAN) {
            writeBits(out);
            return Encoding.PLAIN;
        }
        boolean whole = kind == PrimitiveTypeName.INT32 || kind == PrimitiveTypeName.INT64;
        int start = out.size;
        Encoding encoding = whole ? Encoding.DELTA_BINARY_PACKED : Encoding.PLAIN;
        if (!dictionaryOpen() || !dictionaryUsed()) {
            if (whole) {
                maker.deltas().encode(values, size, kind == PrimitiveTypeName.INT32, out);
            } else {
                writePlain(out);
            }
            if (!dictionaryOpen()) {
                return encoding;
            }
        }
        int[] ids = maker.numbers(size);
        int before = dictionary.size();
        boolean complete =
                dictionary.ids(values, size, ids, dictionaryUsed() ? mostDistinct : Math.min(mostDistinct, size / 2));
        if (dictionaryUsed()) {
            if (complete) {
                PageMaker.writeIds(ids, size, dictionary.size(), out);
                return Encoding.RLE_DICTIONARY;
            }
            dictionary.shrink(before);
            giveDictionaryUp();
            return encode(maker, out);
        }
        long bits = (long) size * PageMaker.width(dictionary.size() - 1);
        if (complete && (long) dictionary.size() * width + bits / 8 < (out.size - start) * 3L / 4) {
            useDictionary();
            out.size = start;
            PageMaker.writeIds(ids, size, dictionary.size(), out);
            return Encoding.RLE_DICTIONARY;
        }
        dictionary.clear();
        giveDictionaryUp();
        return encoding;
    }

    private void writeBits(ByteSink out) {
        for (int i = 0; i < size; i += 8) {
            int bits = 0;
            for (int k = i; k < Math.min(size, i + 8); k++) {
                bits |= (int) values[k] << (k - i);
            }
            out.one(bits);
        }
    }

    private void writePlain(ByteSink out) {
        for (int i = 0; i < size; i++) {
            write(values[i], out);
        }
    }

    private void write(long value, ByteSink out) {
        if (width == 4) {
            out.fixedInt((int) value);
        } else {
            out.fixedLong(value);
        }
    }

    @Override
    void clearValues() {
        size = 0;
        marked = 0;
        if (values.length > MOST_KEPT) {
            values = new long[FEWEST];
        }
    }

    @Override
    ByteSink dictionary() {
        dictionaryBytes.clear(0);
        for (int id = 0; id < dictionary.size(); id++) {
            write(dictionary.value(id), dictionaryBytes);
        }
        return dictionaryBytes;
    }

    @Override
    int dictionarySize() {
        return dictionary.size();
    }

    @Override
    void clearDictionary() {
        if (dictionary.size() > 0) {
            dictionary.clear();
        }
    }

    @Override
    Stream<FieldMetrics<?>> metrics() {
        return fractions.metrics();
    }
}
