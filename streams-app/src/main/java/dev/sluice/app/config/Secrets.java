package dev.sluice.app.config;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Decides which properties must never be shown, and hides them. */
public final class Secrets {
    /** What stands for a hidden value. */
    public static final String MASK = "********";

    private static final Pattern SECRET =
            Pattern.compile("password|secret|token|key|user\\.info|sasl\\.jaas\\.config", Pattern.CASE_INSENSITIVE);

    private Secrets() {}

    /** Whether the value under this property name must be hidden. */
    public static boolean isSecret(String property) {
        return SECRET.matcher(property).find();
    }

    /** A sorted copy with the secret values hidden. */
    public static Map<String, String> masked(Map<String, String> properties) {
        Map<String, String> masked = new TreeMap<>();
        properties.forEach((name, value) -> masked.put(name, isSecret(name) ? MASK : value));
        return masked;
    }
}
