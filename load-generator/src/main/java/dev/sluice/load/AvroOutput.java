package dev.sluice.load;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing buffer of Avro binary (Avro 1.12 specification, "Binary encoding"), behind a Confluent header. */
final class AvroOutput {
    private byte[] bytes = new byte[1_024];
    private int length;

    /** Forgets everything and writes the header of the schema id. */
    AvroOutput start(int schemaId) {
        length = 0;
        put(0);
        put(schemaId >>> 24);
        put(schemaId >>> 16);
        put(schemaId >>> 8);
        put(schemaId);
        return this;
    }

    /** An int or a long, which Avro writes alike. */
    void number(long value) {
        long zigzag = (value << 1) ^ (value >> 63);
        while ((zigzag & ~0x7FL) != 0) {
            put((int) (zigzag & 0x7F) | 0x80);
            zigzag >>>= 7;
        }
        put((int) zigzag);
    }

    void text(String value) {
        byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
        number(encoded.length);
        reserve(encoded.length);
        System.arraycopy(encoded, 0, bytes, length, encoded.length);
        length += encoded.length;
    }

    /** The last eight bits. */
    void put(int value) {
        reserve(1);
        bytes[length++] = (byte) value;
    }

    private void reserve(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }
}
