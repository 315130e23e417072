package dev.sluice.sink.land;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * A strict cursor over the Avro bytes of one value. Nothing is read past the end, no length is believed before it is
 * compared with what is left, and any encoding that Avro's own writer would not have chosen is remembered, because such
 * a value cannot be rebuilt from its columns.
 */
final class AvroInput {
    /** Records inside themselves deeper than this are corrupt; it bounds the stack. */
    static final int MAX_DEPTH = 256;

    /** Longer texts get their own buffer, so that one giant does not stay in memory. */
    private static final int LARGEST_REUSED_TEXT = 16 << 10;

    private final LandingSpec spec;
    private final Splices splices = new Splices();
    private byte[] bytes = new byte[0];
    private ByteBuffer view = ByteBuffer.wrap(bytes);
    private int start;
    private int at;
    private boolean rebuildable = true;
    private int emptyItems;
    private int depth;
    private Landed.@Nullable Rejected broken;

    AvroInput(LandingSpec spec) {
        this.spec = spec;
    }

    void reset(byte[] value, int from) {
        bytes = value;
        view = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        start = from;
        at = from;
        rebuildable = true;
        emptyItems = 0;
        depth = 0;
        broken = null;
        splices.clear();
    }

    int position() {
        return at;
    }

    int remaining() {
        return bytes.length - at;
    }

    /** The value has something that the typed columns do not hold. */
    void notRebuildable() {
        rebuildable = false;
    }

    /** Remembers the first check that failed; the value is read on, because corruption outranks it. */
    void broken(RejectReason reason, String detail) {
        if (broken == null) {
            broken = new Landed.Rejected(reason, detail);
        }
    }

    Landed.@Nullable Rejected broken() {
        return broken;
    }

    Splices splices() {
        return splices;
    }

    /** The Avro bytes with masked values in place, or null when the columns can rebuild them. */
    @Nullable
    ByteBuffer payload() {
        return rebuildable ? null : splices.apply(bytes, start, bytes.length);
    }

    long readLong() throws MalformedValue {
        int first = at;
        long raw = 0;
        for (int shift = 0; ; shift += 7) {
            if (at >= bytes.length) {
                throw outOfBytes("another byte of a number");
            }
            int b = bytes[at++];
            if (shift == 63 && (b & 0xFE) != 0) {
                throw corrupt(first, "a number of at most 64 bits", "more");
            }
            raw |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                if (b == 0 && shift > 0) {
                    rebuildable = false;
                }
                return (raw >>> 1) ^ -(raw & 1);
            }
        }
    }

    int readInt() throws MalformedValue {
        int first = at;
        int raw = 0;
        for (int shift = 0; ; shift += 7) {
            if (at >= bytes.length) {
                throw outOfBytes("another byte of a number");
            }
            int b = bytes[at++];
            if (shift == 28 && (b & 0xF0) != 0) {
                throw corrupt(first, "a number of at most 32 bits", "more");
            }
            raw |= (b & 0x7F) << shift;
            if (b >= 0) {
                if (b == 0 && shift > 0) {
                    rebuildable = false;
                }
                return (raw >>> 1) ^ -(raw & 1);
            }
        }
    }

    /** An index below {@code bound}, of an enum symbol or a union branch. */
    int readIndex(int bound, String what) throws MalformedValue {
        int first = at;
        int index = readInt();
        if (index < 0 || index >= bound) {
            throw corrupt(first, what + " of 0 to " + (bound - 1), Integer.toString(index));
        }
        return index;
    }

    boolean readBoolean() throws MalformedValue {
        byte b = bytes[take(1)];
        if ((b & 0xFE) != 0) {
            rebuildable = false;
        }
        return b == 1;
    }

    float readFloat() throws MalformedValue {
        int raw = view.getInt(take(4));
        float value = Float.intBitsToFloat(raw);
        if (Float.floatToIntBits(value) != raw) {
            // A NaN with a message in its spare bits; Parquet writers keep only the plain one.
            rebuildable = false;
        }
        return value;
    }

    double readDouble() throws MalformedValue {
        long raw = view.getLong(take(8));
        double value = Double.longBitsToDouble(raw);
        if (Double.doubleToLongBits(value) != raw) {
            rebuildable = false;
        }
        return value;
    }

    /** Text in a buffer of its own or in {@code reuse}. */
    Utf8 readText(@Nullable Object reuse) throws MalformedValue {
        int length = readLength();
        int from = takeText(length);
        Utf8 text = reuse instanceof Utf8 old && length <= LARGEST_REUSED_TEXT ? old : new Utf8();
        text.setByteLength(length);
        System.arraycopy(bytes, from, text.getBytes(), 0, length);
        return text;
    }

    void skipText() throws MalformedValue {
        takeText(readLength());
    }

    /** Reads over a text, which ends at {@link #position()}, and answers where in {@link #bytes()} it begins. */
    int takeText() throws MalformedValue {
        return takeText(readLength());
    }

    /** Reads over bytes with their length in front, as {@link #takeText()} does over a text. */
    int takeBytes() throws MalformedValue {
        return take(readLength());
    }

    /** The whole value, framing included. */
    byte[] bytes() {
        return bytes;
    }

    private int takeText(int length) throws MalformedValue {
        int from = take(length);
        int bad = Utf8Check.firstBad(bytes, from, from + length);
        if (bad >= 0) {
            throw corrupt(bad, "valid UTF-8", "something else");
        }
        return from;
    }

    /** A view of the value's own bytes. */
    ByteBuffer readBytes() throws MalformedValue {
        return readFixed(readLength());
    }

    /** A view of the value's own bytes. */
    ByteBuffer readFixed(int length) throws MalformedValue {
        return ByteBuffer.wrap(bytes, take(length), length).slice();
    }

    private int readLength() throws MalformedValue {
        int first = at;
        long length = readLong();
        if (length < 0 || length > spec.maxValueBytes()) {
            throw corrupt(first, "a length of 0 to " + spec.maxValueBytes(), Long.toString(length));
        }
        return (int) length;
    }

    /** Believes the item count of a block only when that many items can follow. */
    void expectItems(long count, int bytesPerItem) throws MalformedValue {
        if (bytesPerItem == 0) {
            if (count > spec.maxEmptyItems() - emptyItems) {
                throw corrupt(at, "at most " + spec.maxEmptyItems() + " items without bytes", Long.toString(count));
            }
            emptyItems += (int) count;
        } else if (count > spec.maxValueBytes()) {
            throw corrupt(at, "at most " + spec.maxValueBytes() + " items", Long.toString(count));
        } else if (count * bytesPerItem > remaining()) {
            throw outOfBytes(count + " items of at least " + bytesPerItem + " bytes");
        }
    }

    void enterRecursion() throws MalformedValue {
        if (++depth > MAX_DEPTH) {
            throw corrupt(at, "a record inside itself at most " + MAX_DEPTH + " times", "more");
        }
    }

    void leaveRecursion() {
        depth--;
    }

    MalformedValue corrupt(int where, String expected, String found) {
        return new MalformedValue(RejectReason.CORRUPT, where, expected, found);
    }

    int take(int length) throws MalformedValue {
        if (length > bytes.length - at) {
            throw outOfBytes(length + " more bytes");
        }
        int from = at;
        at += length;
        return from;
    }

    MalformedValue outOfBytes(String expected) {
        return new MalformedValue(RejectReason.TRUNCATED, at, expected, remaining() + " bytes until the end");
    }
}
