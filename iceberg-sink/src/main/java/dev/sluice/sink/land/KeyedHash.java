package dev.sluice.sink.land;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * HMAC-SHA-256 (RFC 2104) for many short values under one key: the two blocks that depend on the key alone are digested
 * once instead of for every value, which is half of the work. Used by one thread.
 */
final class KeyedHash {
    private static final int BLOCK = 64;
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    private final MessageDigest inner;
    private final MessageDigest outer;

    KeyedHash(byte[] key) {
        byte[] block = Arrays.copyOf(key.length > BLOCK ? sha256().digest(key) : key, BLOCK);
        inner = keyed(block, (byte) 0x36);
        outer = keyed(block, (byte) 0x5c);
    }

    private static MessageDigest keyed(byte[] key, byte pad) {
        byte[] block = new byte[BLOCK];
        for (int i = 0; i < BLOCK; i++) {
            block[i] = (byte) (key[i] ^ pad);
        }
        MessageDigest digest = sha256();
        digest.update(block);
        return digest;
    }

    /** The 32 bytes of the hash. */
    byte[] of(byte[] bytes, int from, int length) {
        MessageDigest first = copy(inner);
        first.update(bytes, from, length);
        MessageDigest second = copy(outer);
        second.update(first.digest());
        return second.digest();
    }

    /** Lower-case, two digits for each byte. */
    static byte[] hex(byte[] bytes) {
        byte[] text = new byte[bytes.length * 2];
        for (int i = 0; i < bytes.length; i++) {
            text[2 * i] = HEX[(bytes[i] >> 4) & 0xF];
            text[2 * i + 1] = HEX[bytes[i] & 0xF];
        }
        return text;
    }

    private static MessageDigest copy(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new SluiceException(ErrorCode.BUG, "Cannot copy a SHA-256 digest: the JVM refused it", e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new SluiceException(ErrorCode.BUG, "Cannot create the hash SHA-256: the JVM refused it", e);
        }
    }
}
