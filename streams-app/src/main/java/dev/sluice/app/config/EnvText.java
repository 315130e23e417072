package dev.sluice.app.config;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces {@code ${NAME}} and {@code ${NAME:-default}} by values of the environment. An empty variable counts as
 * missing, as in a shell.
 */
final class EnvText {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(:-([^}]*))?}");

    private final Map<String, String> environment;

    EnvText(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    String resolve(String text) {
        Matcher matcher = REFERENCE.matcher(text);
        StringBuilder resolved = new StringBuilder();
        while (matcher.find()) {
            String value = environment.getOrDefault(matcher.group(1), "");
            if (value.isEmpty()) {
                value = matcher.group(3);
            }
            if (value == null) {
                throw new SluiceException(
                        ErrorCode.CONFIG_INVALID,
                        "the environment variable " + matcher.group(1)
                                + " is not set, expected a value or a default as in ${" + matcher.group(1)
                                + ":-default}");
            }
            matcher.appendReplacement(resolved, Matcher.quoteReplacement(value));
        }
        return matcher.appendTail(resolved).toString();
    }
}
