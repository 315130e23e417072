package dev.sluice.sink.land.columns;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.avro.util.Utf8;
import org.apache.iceberg.FieldMetrics;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** A column of texts or bytes, gathered as Parquet's plain encoding has them. */
public final class BytesColumn extends Column {
    private static final int MOST_KEPT = 4 << 20;
    /** Values whose entries are fetched together. */
    private static final int BLOCK = 64;
    /** A dictionary of fewer entries is in the cache anyway. */
    private static final int FEW = 1024;

    private final int fixedLength;
    private final int prefix;
    private final boolean decimal;
    private final int mostDictionaryBytes;
    private final BytesDictionary dictionary;
    private final ByteSink plain = new ByteSink();
    private final int[] hashes = new int[BLOCK];
    private int size;
    private int marked;
    private int markedBytes;

    BytesColumn(ColumnDescriptor descriptor, int dictionaryBytes) {
        super(descriptor);
        this.fixedLength =
                type().getPrimitiveTypeName() == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY ? type().getTypeLength() : 0;
        this.prefix = fixedLength > 0 ? 0 : Integer.BYTES;
        this.decimal = type().getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation;
        this.mostDictionaryBytes = dictionaryBytes;
        this.dictionary = new BytesDictionary(prefix);
    }

    /** Adds a copy of these bytes. */
    public void add(byte[] source, int from, int length, int rep) {
        present(rep);
        plain.room(length + prefix);
        if (prefix > 0) {
            plain.fixedInt(length);
        }
        plain.write(source, from, length);
        size++;
    }

    @Override
    public void add(Object value, int rep) {
        if (value instanceof Utf8 text) {
            add(text.getBytes(), 0, text.getByteLength(), rep);
        } else if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            add(bytes, 0, bytes.length, rep);
        } else if (value instanceof BigDecimal number) {
            byte[] shortest = number.unscaledValue().toByteArray();
            byte[] bytes = new byte[fixedLength];
            Arrays.fill(bytes, (byte) (shortest[0] >> 7));
            System.arraycopy(shortest, 0, bytes, fixedLength - shortest.length, shortest.length);
            add(bytes, 0, bytes.length, rep);
        } else {
            throw new ClassCastException("no bytes: " + value.getClass().getName());
        }
    }

    @Override
    void markValues() {
        marked = size;
        markedBytes = plain.size;
    }

    @Override
    void rollbackValues() {
        size = marked;
        plain.size = markedBytes;
    }

    @Override
    int values() {
        return size;
    }

    @Override
    long openBytes() {
        return plain.size;
    }

    @Override
    Statistics<?> statistics() {
        Statistics<?> statistics = Statistics.createStats(type());
        if (size == 0) {
            return statistics;
        }
        if (decimal) {
            for (int at = 0; at < plain.size; at += fixedLength) {
                statistics.updateStats(Binary.fromConstantByteArray(plain.bytes, at, fixedLength)
                        .copy());
            }
            return statistics;
        }
        ByteRange range = new ByteRange(plain.bytes);
        int at = 0;
        for (int i = 0; i < size; i++) {
            int length = lengthAt(at);
            range.add(at + prefix, length);
            at += prefix + length;
        }
        statistics.updateStats(range.least());
        statistics.updateStats(range.greatest());
        return statistics;
    }

    private int lengthAt(int at) {
        return prefix > 0 ? plain.intAt(at) : fixedLength;
    }

    @Override
    Encoding encode(PageMaker maker, ByteSink out) {
        if (dictionaryOpen()) {
            int before = dictionary.size();
            int[] ids = maker.numbers(size);
            if (ids(ids) && (dictionaryUsed() || pays())) {
                useDictionary();
                PageMaker.writeIds(ids, size, dictionary.size(), out);
                return Encoding.RLE_DICTIONARY;
            }
            if (dictionaryUsed()) {
                dictionary.shrink(before);
            } else {
                dictionary.clear();
            }
            giveDictionaryUp();
        }
        out.write(plain.bytes, 0, plain.size);
        return Encoding.PLAIN;
    }

    /** Finds or adds all values, unless the dictionary grows too large for it. */
    private boolean ids(int[] ids) {
        int at = 0;
        for (int from = 0; from < size; from += BLOCK) {
            int to = Math.min(size, from + BLOCK);
            at = dictionary.size() < FEW ? idsOfFew(ids, from, to, at) : idsOfMany(ids, from, to, at);
            if (dictionary.plain().size > mostDictionaryBytes) {
                return false;
            }
        }
        return true;
    }

    /** The ids of a block, and where it ends. */
    private int idsOfFew(int[] ids, int from, int to, int start) {
        int at = start;
        int last = from == 0 ? -1 : ids[from - 1];
        for (int i = from; i < to; i++) {
            int length = lengthAt(at);
            if (last < 0 || !dictionary.is(last, plain.bytes, at + prefix, length)) {
                last = dictionary.id(plain.bytes, at + prefix, length);
            }
            ids[i] = last;
            at += prefix + length;
        }
        return at;
    }

    /** The same, where the dictionary is larger than the processor's cache. */
    private int idsOfMany(int[] ids, int from, int to, int start) {
        int at = start;
        for (int i = 0; i < to - from; i++) {
            int length = lengthAt(at);
            hashes[i] = BytesDictionary.hash(plain.bytes, at + prefix, length);
            at += prefix + length;
        }
        dictionary.touch(hashes, to - from);
        at = start;
        for (int i = from; i < to; i++) {
            int length = lengthAt(at);
            ids[i] = dictionary.id(plain.bytes, at + prefix, length, hashes[i - from]);
            at += prefix + length;
        }
        return at;
    }

    private boolean pays() {
        long bits = (long) size * PageMaker.width(dictionary.size() - 1);
        return dictionary.plain().size + bits / 8 < plain.size;
    }

    @Override
    void clearValues() {
        size = 0;
        marked = 0;
        markedBytes = 0;
        plain.clear(MOST_KEPT);
    }

    @Override
    ByteSink dictionary() {
        return dictionary.plain();
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
        return Stream.empty();
    }
}
