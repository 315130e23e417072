package dev.sluice.app.dlq;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The place of a record, written {@code orders-3@1204}. */
public record Position(String topic, int partition, long offset) {
    private static final Pattern FORM = Pattern.compile("([A-Za-z0-9._-]+)-(\\d{1,9})@(\\d{1,18})");

    /** Reads what {@link #toString} wrote; empty when the text is something else. */
    public static Optional<Position> parse(String text) {
        Matcher matcher = FORM.matcher(text.trim());
        return matcher.matches()
                ? Optional.of(new Position(
                        matcher.group(1), Integer.parseInt(matcher.group(2)), Long.parseLong(matcher.group(3))))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return topic + "-" + partition + "@" + offset;
    }
}
