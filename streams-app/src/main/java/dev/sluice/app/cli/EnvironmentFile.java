package dev.sluice.app.cli;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A file of {@code NAME=value} lines beside the data of a running platform. It tells other terminals where things
 * listen; a shell can source it too.
 */
public final class EnvironmentFile {
    /** The file's name in a data folder. */
    public static final String NAME = "sluice.env";

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private EnvironmentFile() {}

    /** The variables of a data folder, empty when no platform left any. */
    public static Map<String, String> read(Path dataFolder) {
        Path file = dataFolder.resolve(NAME);
        Map<String, String> variables = new LinkedHashMap<>();
        if (!Files.exists(file)) {
            return variables;
        }
        try {
            for (String line : Files.readAllLines(file)) {
                int equals = line.indexOf('=');
                if (equals > 0 && !line.startsWith("#")) {
                    variables.put(line.substring(0, equals), line.substring(equals + 1));
                }
            }
            return variables;
        } catch (IOException e) {
            throw new SluiceException(ErrorCode.DATA_FOLDER, "Cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /** Writes the variables, readable by the owner only since secrets may be among them; replaced in one step. */
    public static void write(Path dataFolder, Map<String, String> variables) {
        Path file = dataFolder.resolve(NAME);
        StringBuilder text = new StringBuilder("# Where the platform on this folder listens. Removed when it stops.\n");
        new TreeMap<>(variables)
                .forEach((name, value) ->
                        text.append(name).append('=').append(value).append('\n'));
        try {
            Path draft =
                    Files.createTempFile(dataFolder, NAME, ".tmp", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            Files.writeString(draft, text);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new SluiceException(ErrorCode.DATA_FOLDER, "Cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}
