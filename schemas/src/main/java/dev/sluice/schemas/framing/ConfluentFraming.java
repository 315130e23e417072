package dev.sluice.schemas.framing;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Confluent's wire format: the magic byte 0, the global schema id as four bytes, most significant first, then the Avro
 * binary payload.
 */
public final class ConfluentFraming {
    /** The first byte of every framed value. */
    public static final int MAGIC = 0;

    /** Bytes in front of the payload. */
    public static final int HEADER_LENGTH = 5;

    private ConfluentFraming() {}

    /** A new array of the header for {@code schemaId} and a copy of the payload. */
    public static byte[] frame(int schemaId, byte[] payload) {
        return ByteBuffer.allocate(HEADER_LENGTH + payload.length)
                .put((byte) MAGIC)
                .putInt(schemaId)
                .put(payload)
                .array();
    }

    /** Whether the value starts with a whole header. It says nothing of the payload, which may be empty. */
    public static boolean isFramed(byte[] value) {
        return value.length >= HEADER_LENGTH && value[0] == MAGIC;
    }

    /**
     * The schema id in the header. Look at {@link #isFramed} first where the value may be anything.
     *
     * @throws SluiceException {@code SCHEMA_INVALID} if the value is not framed
     */
    public static int schemaId(byte[] framed) {
        requireFramed(framed);
        return ByteBuffer.wrap(framed, 1, Integer.BYTES).getInt();
    }

    /**
     * A copy of the bytes after the header. Readers that mind the copy start at {@link #HEADER_LENGTH} instead.
     *
     * @throws SluiceException {@code SCHEMA_INVALID} if the value is not framed
     */
    public static byte[] payload(byte[] framed) {
        requireFramed(framed);
        return Arrays.copyOfRange(framed, HEADER_LENGTH, framed.length);
    }

    private static void requireFramed(byte[] value) {
        if (isFramed(value)) {
            return;
        }
        String found = value.length < HEADER_LENGTH
                ? value.length + " bytes"
                : "first byte 0x%02x".formatted(Byte.toUnsignedInt(value[0]));
        throw new SluiceException(
                ErrorCode.SCHEMA_INVALID,
                "Cannot read the schema id of a value: it has no Confluent header, expected at least " + HEADER_LENGTH
                        + " bytes and first byte 0x00, found " + found);
    }
}
