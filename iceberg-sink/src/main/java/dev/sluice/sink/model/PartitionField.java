package dev.sluice.sink.model;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.Term;

/**
 * One entry of {@code partition_by}, written as Trino writes it: {@code country}, {@code month(order_date)},
 * {@code bucket(order_id, 16)}.
 *
 * @param width buckets or characters; 0 for a transform without one
 */
public record PartitionField(Transform transform, String column, int width) {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern CALL = Pattern.compile(
            "(?i)(year|month|day|hour|bucket|truncate)\\(\\s*([A-Za-z_][A-Za-z0-9_]*)\\s*(?:,\\s*([1-9]\\d{0,5})\\s*)?\\)");

    /** What becomes of the column's value. */
    public enum Transform {
        IDENTITY,
        YEAR,
        MONTH,
        DAY,
        HOUR,
        BUCKET,
        TRUNCATE;

        boolean hasWidth() {
            return this == BUCKET || this == TRUNCATE;
        }
    }

    /** Reads one entry; empty when it is none. */
    static Optional<PartitionField> parse(String text) {
        String trimmed = text.strip();
        if (PLAIN.matcher(trimmed).matches()) {
            return Optional.of(new PartitionField(Transform.IDENTITY, trimmed, 0));
        }
        Matcher call = CALL.matcher(trimmed);
        if (!call.matches()) {
            return Optional.empty();
        }
        Transform transform = Transform.valueOf(call.group(1).toUpperCase(Locale.ROOT));
        String width = call.group(3);
        if (transform.hasWidth() != (width != null)) {
            return Optional.empty();
        }
        return Optional.of(new PartitionField(transform, call.group(2), width == null ? 0 : Integer.parseInt(width)));
    }

    void addTo(PartitionSpec.Builder builder) {
        switch (transform) {
            case IDENTITY -> builder.identity(column);
            case YEAR -> builder.year(column);
            case MONTH -> builder.month(column);
            case DAY -> builder.day(column);
            case HOUR -> builder.hour(column);
            case BUCKET -> builder.bucket(column, width);
            case TRUNCATE -> builder.truncate(column, width);
        }
    }

    Term term() {
        return switch (transform) {
            case IDENTITY -> Expressions.ref(column);
            case YEAR -> Expressions.year(column);
            case MONTH -> Expressions.month(column);
            case DAY -> Expressions.day(column);
            case HOUR -> Expressions.hour(column);
            case BUCKET -> Expressions.bucket(column, width);
            case TRUNCATE -> Expressions.truncate(column, width);
        };
    }
}
