package dev.sluice.sink.land.columns;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.iceberg.FieldMetrics;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.schema.PrimitiveType;

/** One leaf column: the values and levels of the open page, and the finished pages of the open row group. */
public abstract sealed class Column permits NumberColumn, BytesColumn {
    private static final int MOST_KEPT = 1 << 20;
    private static final int FEWEST = 64;

    private final ColumnDescriptor descriptor;
    private final int maxRep;
    private final int maxDef;
    private final List<Page> pages = new ArrayList<>();

    private byte[] reps = new byte[FEWEST];
    private byte[] defs = new byte[FEWEST];
    private int entries;
    private int markedEntries;
    private long rowsDone;
    private long entriesDone;
    private long compressedBytes;
    private boolean dictionaryOpen;
    private boolean dictionaryUsed;
    private boolean dictionaryGivenUp;

    Column(ColumnDescriptor descriptor) {
        this.descriptor = descriptor;
        this.maxRep = descriptor.getMaxRepetitionLevel();
        this.maxDef = descriptor.getMaxDefinitionLevel();
    }

    final PrimitiveType type() {
        return descriptor.getPrimitiveType();
    }

    final ColumnDescriptor descriptor() {
        return descriptor;
    }

    final int entries() {
        return entries;
    }

    /** A null, or an empty list, somewhere on the way down to this column. */
    public final void addNull(int rep, int def) {
        level(rep, def);
    }

    /** Adds a value in Iceberg's internal representation, text as {@code Utf8}. */
    public abstract void add(Object value, int rep);

    /** The levels of a value. */
    final void present(int rep) {
        if (maxDef > 0) {
            level(rep, maxDef);
        } else {
            entries++;
        }
    }

    private void level(int rep, int def) {
        if (entries == defs.length) {
            defs = Arrays.copyOf(defs, entries * 2);
            reps = maxRep > 0 ? Arrays.copyOf(reps, entries * 2) : reps;
        }
        defs[entries] = (byte) def;
        if (maxRep > 0) {
            reps[entries] = (byte) rep;
        }
        entries++;
    }

    /** Remembers where the next record begins. */
    final void mark() {
        markedEntries = entries;
        markValues();
    }

    /** Takes everything back that came after the mark. */
    final void rollback() {
        entries = markedEntries;
        rollbackValues();
    }

    abstract void markValues();

    abstract void rollbackValues();

    /** Values of the open page that are not null. */
    abstract int values();

    /** Bytes of the open page, before encoding. */
    abstract long openBytes();

    /** The least and the greatest value of the open page. */
    abstract Statistics<?> statistics();

    /** Encodes the values of the open page, of which there are some. */
    abstract Encoding encode(PageMaker maker, ByteSink out);

    /** Empties the open page. */
    abstract void clearValues();

    /** The dictionary of the open row group. */
    abstract ByteSink dictionary();

    abstract int dictionarySize();

    abstract void clearDictionary();

    /** What only the values themselves tell about the file so far; nothing for most columns. */
    abstract Stream<FieldMetrics<?>> metrics();

    /** Begins a file. */
    void start(boolean withDictionary) {
        dictionaryGivenUp = !withDictionary;
        reset();
    }

    /** Whether values of the open page may go into a dictionary. */
    final boolean dictionaryOpen() {
        return dictionaryOpen;
    }

    /** Whether an earlier page of this row group has its values in the dictionary. */
    final boolean dictionaryUsed() {
        return dictionaryUsed;
    }

    final void useDictionary() {
        dictionaryUsed = true;
    }

    final void giveDictionaryUp() {
        dictionaryOpen = false;
        dictionaryGivenUp = true;
    }

    /** Whether some page of the file is without a dictionary because it did not pay. */
    final boolean dictionaryGivenUp() {
        return dictionaryGivenUp;
    }

    final void writeLevels(PageMaker maker, ByteSink out) {
        if (maxRep > 0) {
            maker.writeLevels(reps, entries, maxRep, out);
        }
        if (maxDef > 0) {
            maker.writeLevels(defs, entries, maxDef, out);
        }
    }

    /** Bytes that this column has of the open row group, compressed ones and those still to be. */
    final long bufferedBytes() {
        return compressedBytes + openBytes();
    }

    /** Rows of the open page, when the row group has so many. */
    final long openRows(long rows) {
        return rows - rowsDone;
    }

    /**
     * Ends the open page.
     *
     * @param rows of the open row group
     */
    final void cut(PageMaker maker, long rows) {
        if (rows == rowsDone) {
            return;
        }
        Page page = maker.page(this, Math.toIntExact(rows - rowsDone));
        pages.add(page);
        rowsDone = rows;
        entriesDone += entries;
        compressedBytes += page.compressed().size();
        clearPage();
    }

    private void clearPage() {
        entries = 0;
        markedEntries = 0;
        if (defs.length > MOST_KEPT) {
            defs = new byte[FEWEST];
            reps = new byte[FEWEST];
        }
        clearValues();
    }

    /** Writes the open row group's part of this column. */
    final void flush(PageMaker maker, long rows, ParquetFileWriter file) throws IOException {
        cut(maker, rows);
        file.startColumn(descriptor, entriesDone, PageMaker.codec());
        if (dictionaryUsed) {
            ByteSink plain = dictionary();
            file.writeDictionaryPage(
                    new DictionaryPage(maker.compress(plain), plain.size, dictionarySize(), Encoding.PLAIN));
        }
        for (Page page : pages) {
            file.writeDataPage(
                    page.entries(),
                    page.plainSize(),
                    page.compressed(),
                    page.statistics(),
                    page.rows(),
                    Encoding.RLE,
                    Encoding.RLE,
                    page.encoding());
        }
        file.endColumn();
        reset();
    }

    /** Forgets the open row group; what was learned of dictionaries stays. */
    final void reset() {
        pages.clear();
        clearPage();
        rowsDone = 0;
        entriesDone = 0;
        compressedBytes = 0;
        dictionaryUsed = false;
        dictionaryOpen = !dictionaryGivenUp;
        clearDictionary();
    }

    /** The column of a type that Parquet stores. */
    static Column of(ColumnDescriptor descriptor, int dictionaryBytes) {
        return switch (descriptor.getPrimitiveType().getPrimitiveTypeName()) {
            case BOOLEAN, INT32, INT64, FLOAT, DOUBLE -> new NumberColumn(descriptor, dictionaryBytes);
            case BINARY, FIXED_LEN_BYTE_ARRAY -> new BytesColumn(descriptor, dictionaryBytes);
            case INT96 -> throw new IllegalStateException("a column of type INT96");
        };
    }
}
