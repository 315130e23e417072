package dev.sluice.app.config;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.time.Duration;
import java.util.regex.Pattern;

/** The checks of the configuration records, worded for the person who wrote the file. */
final class Require {
    private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final Pattern TABLE = Pattern.compile("[A-Za-z0-9_]+(\\.[A-Za-z0-9_]+)+");

    private Require() {}

    static void name(String key, String value) {
        matches(key, value, NAME, "letters, digits, '.', '_' or '-'");
    }

    static void topic(String key, String value) {
        matches(key, value, TOPIC, "a topic name");
    }

    static void table(String key, String value) {
        matches(key, value, TABLE, "a table name as namespace.name");
    }

    static void between(String key, long value, long low, long high) {
        if (value < low || value > high) {
            throw invalid(key, low + " to " + high, value);
        }
    }

    static void between(String key, Duration value, Duration low, Duration high) {
        if (value.compareTo(low) < 0 || value.compareTo(high) > 0) {
            throw invalid(key, low.toMillis() + "ms to " + high.toMillis() + "ms", value.toMillis() + "ms");
        }
    }

    static SluiceException invalid(String key, String expected, Object found) {
        return new SluiceException(
                ErrorCode.CONFIG_INVALID, key + " is wrong, expected " + expected + ", found " + found);
    }

    private static void matches(String key, String value, Pattern pattern, String expected) {
        if (!pattern.matcher(value).matches()) {
            throw invalid(key, expected, value.isEmpty() ? "nothing" : value);
        }
    }
}
