package dev.sluice.sink.index;

import java.util.zip.CRC32C;

/** CRC-32C of bytes. */
final class Checksum {
    private Checksum() {}

    static int of(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
