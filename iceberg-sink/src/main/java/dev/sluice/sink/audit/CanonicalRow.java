package dev.sluice.sink.audit;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.data.Record;
import org.jspecify.annotations.Nullable;

/**
 * The one spelling of a value that every reader agrees on, so that rows read by different engines can be compared:
 * numbers in plain decimal, times as microseconds since the epoch, dates as ISO days, bytes as Base64, null as the
 * empty string.
 */
public final class CanonicalRow {
    private static final char SEPARATOR = '\u001f';

    private CanonicalRow() {}

    /** The spelling of one value. */
    public static String spell(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof OffsetDateTime time) {
            return Long.toString(micros(time.toInstant()));
        }
        if (value instanceof Instant time) {
            return Long.toString(micros(time));
        }
        if (value instanceof LocalDateTime time) {
            return Long.toString(micros(time.toInstant(ZoneOffset.UTC)));
        }
        if (value instanceof java.sql.Timestamp time) {
            return Long.toString(micros(time.toInstant()));
        }
        if (value instanceof LocalDate || value instanceof LocalTime || value instanceof java.sql.Date) {
            return value.toString();
        }
        if (value instanceof BigDecimal number) {
            return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
        }
        if (value instanceof byte[] bytes) {
            return Base64.getEncoder().encodeToString(bytes);
        }
        if (value instanceof ByteBuffer bytes) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.duplicate().get(copy);
            return spell(copy);
        }
        if (value instanceof Record struct) {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            struct.struct().fields().forEach(field -> fields.put(field.name(), struct.getField(field.name())));
            return spell(fields);
        }
        if (value instanceof Collection<?> values) {
            return values.stream().map(CanonicalRow::spell).toList().toString();
        }
        if (value instanceof Map<?, ?> entries) {
            Map<String, String> spelled = new TreeMap<>();
            entries.forEach((key, entry) -> spelled.put(spell(key), spell(entry)));
            return spelled.toString();
        }
        return value.toString();
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    /** The spelling of a whole row. */
    public static String of(List<? extends @Nullable Object> values) {
        StringBuilder row = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            if (i > 0) {
                row.append(SEPARATOR);
            }
            row.append(spell(values.get(i)));
        }
        return row.toString();
    }

    /** A row's spelling as people read it. */
    public static String readable(String canonical) {
        return canonical.replace(SEPARATOR, '|');
    }
}
