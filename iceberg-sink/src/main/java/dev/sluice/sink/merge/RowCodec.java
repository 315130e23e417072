package dev.sluice.sink.merge;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.duckdb.DuckDBAppender;

/**
 * The bytes of a record of a key index: file, position, the content's hash, one bit per column that is not null, and
 * the values. Numbers take as many bytes as they need, times as their distance from the one before.
 */
final class RowCodec {
    private static final int FIXED = 2 * Integer.BYTES + 2 * Long.BYTES;
    private static final int HIGH = 1;
    private static final int LOW = 2;
    private static final int FILE = 3;
    private static final int POSITION = 4;
    private static final int CONTENT = 5;
    private static final int FIRST_COLUMN = 6;
    private static final byte[] NO_TEXT = new byte[0];

    private final Stored[] kinds;
    private final boolean[] times;
    private final int kept;
    private final boolean texts;
    private byte[] bytes = new byte[1024];
    private int size;

    RowCodec(IndexLayout layout) {
        List<MergeColumn> columns = layout.recorded();
        kinds = columns.stream().map(column -> Stored.of(column.type())).toArray(Stored[]::new);
        times = new boolean[kinds.length];
        for (int i = 0; i < times.length; i++) {
            times[i] = columns.get(i).type().typeId() == Type.TypeID.TIMESTAMP;
        }
        kept = layout.kept().size();
        texts = Arrays.asList(kinds).contains(Stored.TEXT);
    }

    /** Where a row is. */
    record Place(int file, long position) {}

    /** The place that a record names; the rest of it is not looked at. */
    static Place place(ByteBuffer record) {
        return new Place(record.getInt(), record.getLong());
    }

    static long high(ResultSet row) throws SQLException {
        return row.getLong(HIGH);
    }

    static long low(ResultSet row) throws SQLException {
        return row.getLong(LOW);
    }

    /**
     * Makes the record of a row.
     *
     * @param row with the columns {@link IndexLayout#encoded}
     * @param files the id of the data file by the row's number of it
     * @return its size in {@link #bytes()}
     */
    int encode(ResultSet row, int[] files) throws SQLException {
        size = 0;
        ensure(FIXED + kinds.length * (1 + Long.BYTES + 2));
        ByteBuffer.wrap(bytes)
                .putInt(files[row.getInt(FILE)])
                .putLong(row.getLong(POSITION))
                .putLong(row.getLong(CONTENT));
        size = Integer.BYTES + 2 * Long.BYTES;
        int nulls = size;
        size += (kinds.length + 7) / 8;
        Arrays.fill(bytes, nulls, size, (byte) 0);
        byte[] text = texts ? row.getString(FIRST_COLUMN + kinds.length).getBytes(StandardCharsets.UTF_8) : NO_TEXT;
        int inText = 0;
        long time = 0;
        for (int i = 0; i < kinds.length; i++) {
            if (kinds[i] == Stored.REAL) {
                double real = row.getDouble(FIRST_COLUMN + i);
                if (!row.wasNull()) {
                    set(nulls, i);
                    fixed(Double.doubleToRawLongBits(real));
                }
                continue;
            }
            long number = row.getLong(FIRST_COLUMN + i);
            if (row.wasNull()) {
                continue;
            }
            set(nulls, i);
            if (kinds[i] == Stored.TEXT) {
                variable(number);
                text(text, inText, (int) number);
                inText += (int) number;
            } else {
                long distance = times[i] ? number - time : number;
                time = times[i] ? number : time;
                variable((distance << 1) ^ (distance >> 63));
            }
        }
        return size;
    }

    /** The bytes of the record that was made last; those after it mean nothing. */
    byte[] bytes() {
        return bytes;
    }

    private void set(int nulls, int column) {
        bytes[nulls + column / 8] |= (byte) (1 << column % 8);
    }

    private void ensure(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }

    private void text(byte[] text, int from, int length) {
        // What the columns after it may need was ensured before the first.
        ensure(length + kinds.length * (Long.BYTES + 2));
        System.arraycopy(text, from, bytes, size, length);
        size += length;
    }

    private void fixed(long value) {
        ByteBuffer.wrap(bytes).putLong(size, value);
        size += Long.BYTES;
    }

    private void variable(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    private static long variable(ByteBuffer record) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = record.get();
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    /** Appends the content's hash and the columns that a decision needs. */
    void appendKept(ByteBuffer record, DuckDBAppender appender) throws SQLException {
        appender.append(record.getLong());
        append(record, appender, 0, kept);
    }

    /** Appends the rest of the columns. */
    void appendRest(ByteBuffer record, DuckDBAppender appender) throws SQLException {
        place(record);
        record.getLong();
        append(record, appender, kept, kinds.length);
    }

    private void append(ByteBuffer record, DuckDBAppender appender, int from, int to) throws SQLException {
        int nulls = record.position();
        record.position(nulls + (kinds.length + 7) / 8);
        long time = 0;
        for (int i = 0; i < to; i++) {
            boolean wanted = i >= from;
            if ((record.get(nulls + i / 8) & (1 << i % 8)) == 0) {
                if (wanted) {
                    appender.appendNull();
                }
            } else if (kinds[i] == Stored.REAL) {
                double real = record.getDouble();
                if (wanted) {
                    appender.append(real);
                }
            } else if (kinds[i] == Stored.TEXT) {
                int length = (int) variable(record);
                if (wanted) {
                    byte[] text = new byte[length];
                    record.get(text);
                    appender.append(new String(text, StandardCharsets.UTF_8));
                } else {
                    record.position(record.position() + length);
                }
            } else {
                long distance = variable(record);
                long number = (distance >>> 1) ^ -(distance & 1);
                if (times[i]) {
                    number += time;
                    time = number;
                }
                if (wanted) {
                    appender.append(number);
                }
            }
        }
    }
}
