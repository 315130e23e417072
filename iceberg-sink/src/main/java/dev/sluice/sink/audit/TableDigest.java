package dev.sluice.sink.audit;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.zip.CRC32C;

/**
 * What two readers compare when they do not compare row by row: a count and a checksum that does not depend on the
 * order of the rows.
 *
 * @param checksum the sum, modulo 2^64, of a 64-bit hash of every row's canonical spelling
 */
public record TableDigest(long rows, long checksum) {
    public static final TableDigest EMPTY = new TableDigest(0, 0);

    /** Digests canonical rows. */
    public static TableDigest of(Iterator<String> canonicalRows) {
        TableDigest digest = EMPTY;
        while (canonicalRows.hasNext()) {
            digest = digest.plus(canonicalRows.next());
        }
        return digest;
    }

    public TableDigest plus(String canonicalRow) {
        return new TableDigest(rows + 1, checksum + hash(canonicalRow));
    }

    private static long hash(String row) {
        byte[] bytes = row.getBytes(StandardCharsets.UTF_8);
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        long low = crc.getValue();
        crc.update(0x5b);
        crc.update(bytes);
        return mixed((crc.getValue() << 32) | low);
    }

    private static long mixed(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }

    /** What people compare: the count, and the upper half of the checksum. */
    public String label() {
        return "%d rows #%08x".formatted(rows, checksum >>> 32);
    }
}
