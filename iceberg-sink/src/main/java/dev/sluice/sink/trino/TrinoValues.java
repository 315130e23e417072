package dev.sluice.sink.trino;

import io.trino.jdbc.Row;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns the JDBC driver's values into plain Java. */
final class TrinoValues {
    private TrinoValues() {}

    static @Nullable Object plain(ResultSet row, int column, int type) throws SQLException {
        return switch (type) {
            case Types.DATE -> row.getObject(column, LocalDate.class);
            case Types.TIMESTAMP -> row.getObject(column, LocalDateTime.class);
            case Types.TIMESTAMP_WITH_TIMEZONE -> inUtc(row.getObject(column, ZonedDateTime.class));
            default -> nested(row.getObject(column));
        };
    }

    private static @Nullable OffsetDateTime inUtc(@Nullable ZonedDateTime time) {
        return time == null ? null : time.withZoneSameInstant(ZoneOffset.UTC).toOffsetDateTime();
    }

    private static @Nullable Object nested(@Nullable Object value) throws SQLException {
        if (value instanceof Array array) {
            return list((@Nullable Object[]) array.getArray());
        }
        if (value instanceof List<?> items) {
            return list(items.toArray());
        }
        if (value instanceof Row struct) {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            for (int i = 0; i < struct.getFields().size(); i++) {
                var field = struct.getFields().get(i);
                fields.put(field.getName().orElse("field" + i), nested(field.getValue()));
            }
            return fields;
        }
        if (value instanceof Map<?, ?> entries) {
            Map<String, @Nullable Object> plain = new LinkedHashMap<>();
            for (Map.Entry<?, ?> entry : entries.entrySet()) {
                plain.put(String.valueOf(entry.getKey()), nested(entry.getValue()));
            }
            return plain;
        }
        return value;
    }

    private static List<@Nullable Object> list(@Nullable Object[] items) throws SQLException {
        List<@Nullable Object> plain = new ArrayList<>(items.length);
        for (Object item : items) {
            plain.add(nested(item));
        }
        return plain;
    }
}
