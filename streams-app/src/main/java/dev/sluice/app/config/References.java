package dev.sluice.app.config;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces {@code ${NAME}} and {@code ${NAME:-default}} by values of the environment, and {@code ${file:<path>}} by
 * what stands in a file, without the end of its last line. An empty variable counts as missing, as in a shell.
 */
final class References {
    private static final Pattern REFERENCE =
            Pattern.compile("\\$\\{(?:([A-Za-z_][A-Za-z0-9_]*)(:-([^}]*))?|file:([^}]*))}");

    private final Map<String, String> environment;
    private final Path folder;

    /** @param folder which the paths of files are relative to */
    References(Map<String, String> environment, Path folder) {
        this.environment = Map.copyOf(environment);
        this.folder = folder;
    }

    String resolve(String text) {
        Matcher matcher = REFERENCE.matcher(text);
        StringBuilder resolved = new StringBuilder();
        while (matcher.find()) {
            String value = matcher.group(4) == null ? variable(matcher) : content(matcher.group(4));
            matcher.appendReplacement(resolved, Matcher.quoteReplacement(value));
        }
        return matcher.appendTail(resolved).toString();
    }

    private String variable(Matcher reference) {
        String name = reference.group(1);
        String value = environment.getOrDefault(name, "");
        if (!value.isEmpty()) {
            return value;
        }
        String fallback = reference.group(3);
        if (fallback == null) {
            throw new SluiceException(
                    ErrorCode.CONFIG_INVALID,
                    "the environment variable " + name + " is not set, expected a value or a default as in ${" + name
                            + ":-default}");
        }
        return fallback;
    }

    private String content(String path) {
        Path file = folder.resolve(path.strip());
        String content;
        try {
            content = Files.readString(file);
        } catch (IOException e) {
            // Not chained: what a decoder says of bytes that are no text may quote them.
            throw new SluiceException(
                    ErrorCode.CONFIG_INVALID,
                    "the file " + file + " cannot be read, expected a readable text file, found "
                            + e.getClass().getSimpleName());
        }
        String value = content.replaceFirst("\\R\\z", "");
        if (value.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.CONFIG_INVALID, "the file " + file + " is empty, expected a value in it");
        }
        return value;
    }
}
