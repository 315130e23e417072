package dev.sluice.sink.land;

import java.nio.ByteBuffer;

/** The few pieces of Avro's encoding that take the place of masked values. */
final class AvroBytes {
    private AvroBytes() {}

    /** A number as zig-zag varint. */
    static byte[] number(long value) {
        ByteBuffer out = ByteBuffer.allocate(10);
        long raw = (value << 1) ^ (value >> 63);
        while ((raw & ~0x7FL) != 0) {
            out.put((byte) ((raw & 0x7F) | 0x80));
            raw >>>= 7;
        }
        out.put((byte) raw);
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    /** A length and that many bytes: a text or a bytes value. */
    static byte[] sized(byte[] content) {
        byte[] length = number(content.length);
        byte[] bytes = new byte[length.length + content.length];
        System.arraycopy(length, 0, bytes, 0, length.length);
        System.arraycopy(content, 0, bytes, length.length, content.length);
        return bytes;
    }
}
