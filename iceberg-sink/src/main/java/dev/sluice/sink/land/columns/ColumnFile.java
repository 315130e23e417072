package dev.sluice.sink.land.columns;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.parquet.ParquetUtil;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.jspecify.annotations.Nullable;

/** One Parquet file that takes the records of a column set. It is opened when its first row group is full. */
public final class ColumnFile {
    /** Looking at the size of every column is not for every row. */
    private static final int ROWS_BETWEEN_CHECKS = 64;

    private static final long BYTES_BETWEEN_CHECKS = 1 << 20;
    private static final int INDEX_BOUND_BYTES = 64;

    private final ColumnSet columns;
    private final OutputFile output;
    private @Nullable ParquetFileWriter writer;
    private long rows;
    private long rowsInGroup;
    private long uncheckedBytes;

    /** @param columns {@linkplain ColumnSet#start started} for this file, and its alone */
    public ColumnFile(ColumnSet columns, OutputFile output) {
        this.columns = columns;
        this.output = output;
    }

    /**
     * What was written.
     *
     * @param length bytes
     * @param splitOffsets where row groups begin
     * @param withoutDictionary full names of columns that have no dictionary, or gave it up
     */
    public record Closed(long length, Metrics metrics, List<Long> splitOffsets, Set<String> withoutDictionary) {}

    /**
     * Keeps the record that the columns hold since their mark.
     *
     * @param bytes about how much it is
     */
    public void endRow(int bytes) throws IOException {
        rows++;
        rowsInGroup++;
        uncheckedBytes += bytes;
        if (rows % ROWS_BETWEEN_CHECKS == 0 || uncheckedBytes > BYTES_BETWEEN_CHECKS) {
            uncheckedBytes = 0;
            cut();
        }
    }

    private void cut() throws IOException {
        WriteSettings settings = columns.settings();
        long buffered = 0;
        for (Column column : columns.columns()) {
            if (column.openBytes() >= settings.pageBytes() || column.openRows(rowsInGroup) >= settings.pageRows()) {
                column.cut(columns.maker(), rowsInGroup);
            }
            buffered += column.bufferedBytes();
        }
        if (buffered >= settings.rowGroupBytes()) {
            flush();
        }
    }

    public long rows() {
        return rows;
    }

    /** About how long the file would be if it were closed now, bytes. */
    public long length() throws IOException {
        ParquetFileWriter open = writer;
        long length = open == null ? 0 : open.getPos();
        for (Column column : columns.columns()) {
            length += column.bufferedBytes();
        }
        return length;
    }

    private void flush() throws IOException {
        ParquetFileWriter open = writer();
        open.startBlock(rowsInGroup);
        for (Column column : columns.columns()) {
            column.flush(columns.maker(), rowsInGroup, open);
        }
        open.endBlock();
        rowsInGroup = 0;
    }

    private ParquetFileWriter writer() throws IOException {
        ParquetFileWriter open = writer;
        if (open == null) {
            open = new ParquetFileWriter(
                    new ParquetOutput(output),
                    columns.type(),
                    ParquetFileWriter.Mode.CREATE,
                    columns.settings().rowGroupBytes(),
                    0,
                    INDEX_BOUND_BYTES,
                    Integer.MAX_VALUE,
                    true);
            writer = open;
            open.start();
        }
        return open;
    }

    /** Writes what is left and the footer. */
    public Closed close() throws IOException {
        if (rowsInGroup > 0) {
            flush();
        }
        ParquetFileWriter open = writer();
        open.end(columns.fileProperties());
        ParquetMetadata footer = open.getFooter();
        Metrics metrics = ParquetUtil.footerMetrics(
                footer,
                Arrays.stream(columns.columns()).flatMap(Column::metrics),
                columns.settings().metrics());
        Set<String> without = new HashSet<>();
        for (Column column : columns.columns()) {
            if (column.dictionaryGivenUp()) {
                without.add(columns.name(column));
            }
        }
        return new Closed(open.getPos(), metrics, ParquetUtil.getSplitOffsets(footer), without);
    }

    /** Gives the file up, unless it is closed. The storage may have a piece of it. */
    public void discard() throws IOException {
        ParquetFileWriter open = writer;
        if (open != null) {
            open.abort();
            open.close();
        }
    }
}
