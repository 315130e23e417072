package dev.sluice.embedded.demo;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The secret with which the embedded platform hashes personal data: random, one per data folder, for its owner only.
 */
final class PiiKey {
    private static final int BYTES = 32;

    private PiiKey() {}

    /** The folder's key, made when missing. */
    static String of(Path folder) {
        Path file = folder.resolve("pii.key");
        try {
            if (!Files.exists(file)) {
                byte[] key = new byte[BYTES];
                new SecureRandom().nextBytes(key);
                Path draft = Files.createTempFile(
                        folder,
                        "pii",
                        ".tmp",
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.writeString(draft, HexFormat.of().formatHex(key));
                Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new SluiceException(ErrorCode.DATA_FOLDER, "Cannot use " + file + ": " + e.getMessage(), e);
        }
    }
}
