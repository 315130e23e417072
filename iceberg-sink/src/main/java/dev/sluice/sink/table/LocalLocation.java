package dev.sluice.sink.table;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A place on this machine, as Iceberg writes it. Iceberg compares locations as strings and never percent-encodes them,
 * so the text is kept as it came, and a {@code %20} in it is three characters of a name.
 *
 * @param text {@code file:///a/b}, {@code file:/a/b} or {@code /a/b}
 * @param path the same place for the file system
 */
record LocalLocation(String text, Path path) {
    private static final Pattern SCHEME = Pattern.compile("^([A-Za-z][A-Za-z0-9+.-]*):(.*)$", Pattern.DOTALL);

    static LocalLocation parse(String text) {
        Matcher scheme = SCHEME.matcher(text);
        String path = text;
        if (scheme.matches()) {
            path = scheme.group(2);
            if (!scheme.group(1).equals("file")) {
                throw notLocal(text, null);
            }
            if (path.startsWith("//")) {
                path = path.substring(2);
            }
        }
        if (!path.startsWith("/")) {
            throw notLocal(text, null);
        }
        try {
            return new LocalLocation(text, Path.of(path));
        } catch (InvalidPathException e) {
            throw notLocal(text, e);
        }
    }

    /** The place of a file below this one, written in the same style. */
    String child(Path below) {
        String folder = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        return folder + "/" + path.relativize(below);
    }

    private static SluiceException notLocal(String text, @Nullable InvalidPathException cause) {
        return new SluiceException(
                ErrorCode.STORAGE_FAILED,
                "Cannot open location %s: not a local file, expected file:///<path> or an absolute path"
                        .formatted(text),
                cause);
    }
}
