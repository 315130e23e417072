package dev.sluice.app.config;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Byte counts as people write them: {@code 512}, {@code 64KB}, {@code 128MB}, {@code 1GB}; units are powers of 1024.
 */
final class ByteSize {
    private static final Pattern FORM = Pattern.compile("(\\d{1,12})\\s*(B|KB|MB|GB)?", Pattern.CASE_INSENSITIVE);

    private ByteSize() {}

    static long parse(String text) {
        Matcher matcher = FORM.matcher(text.trim());
        if (!matcher.matches()) {
            throw new SluiceException(
                    ErrorCode.CONFIG_INVALID, "not a size, expected a form like 64KB, 128MB or 1GB, found " + text);
        }
        String unit = matcher.group(2) == null ? "B" : matcher.group(2).toUpperCase(Locale.ROOT);
        int shift = switch (unit) {
            case "KB" -> 10;
            case "MB" -> 20;
            case "GB" -> 30;
            default -> 0;
        };
        return Long.parseLong(matcher.group(1)) << shift;
    }
}
