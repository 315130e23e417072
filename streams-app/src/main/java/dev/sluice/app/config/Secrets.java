package dev.sluice.app.config;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Decides what of a configuration must never be shown, and hides it. */
public final class Secrets {
    /** What stands for a hidden value. */
    public static final String MASK = "********";

    private static final Pattern SECRET = Pattern.compile(
            "password|secret|token|key|credential(?!s\\.source)|user\\.info|sasl\\.jaas\\.config|authorization|^header\\.",
            Pattern.CASE_INSENSITIVE);

    /** {@code user:password} in an address. */
    private static final Pattern USER_INFO = Pattern.compile("(?<=://)[^/\\s]*@");

    /** {@code password=...} in the parameters of an address. */
    private static final Pattern PARAMETER = Pattern.compile(
            "(?<=[?&;])([^=&;?]*(?:password|secret|token|key|credential)[^=&;?]*=)[^&;]*", Pattern.CASE_INSENSITIVE);

    private Secrets() {}

    /** Whether the value under this property name must be hidden. */
    public static boolean isSecret(String property) {
        return SECRET.matcher(property).find();
    }

    /** The text with what is secret in the addresses in it hidden. */
    public static String masked(String text) {
        String users = USER_INFO.matcher(text).replaceAll(MASK + "@");
        return PARAMETER.matcher(users).replaceAll("$1" + MASK);
    }

    /** A sorted copy with the secret values hidden. */
    public static Map<String, String> masked(Map<String, String> properties) {
        Map<String, String> masked = new TreeMap<>();
        properties.forEach((name, value) -> masked.put(name, isSecret(name) ? MASK : masked(value)));
        return masked;
    }
}
