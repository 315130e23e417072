package dev.sluice.sink.audit;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * An Avro value that is not nested, as a column has it in Iceberg's internal representation; null if it does not fit.
 */
final class ColumnLeaf {
    private static final long MICROS_PER_DAY = 86_400_000_000L;
    private static final long LARGEST_MILLIS = Long.MAX_VALUE / 1000;

    private ColumnLeaf() {}

    static @Nullable Object of(Schema schema, Object value, Type column) {
        LogicalType logical = schema.getLogicalType();
        String name = logical == null ? "" : logical.getName();
        return switch (column.typeId()) {
            case STRING -> text(schema, name, value);
            case BINARY -> logical instanceof LogicalTypes.Decimal || name.equals("uuid") ? null : bytes(value);
            case DECIMAL ->
                logical instanceof LogicalTypes.Decimal decimal
                        ? decimal(decimal, bytes(value), (Types.DecimalType) column)
                        : null;
            case INTEGER -> ofDay(name) ? null : value instanceof Integer ? value : null;
            case LONG -> number(name, value);
            case DATE -> name.equals("date") ? value : null;
            case TIME -> time(name, value);
            case TIMESTAMP -> timestamp(name, value, ((Types.TimestampType) column).shouldAdjustToUTC());
            case FLOAT -> value instanceof Float ? value : null;
            case DOUBLE ->
                value instanceof Float narrow ? (Object) narrow.doubleValue() : value instanceof Double ? value : null;
            case BOOLEAN -> value instanceof Boolean ? value : null;
            default -> null;
        };
    }

    private static @Nullable Object text(Schema schema, String logical, Object value) {
        if (value instanceof GenericFixed fixed) {
            ByteBuffer bytes = ByteBuffer.wrap(fixed.bytes());
            return logical.equals("uuid") ? new UUID(bytes.getLong(), bytes.getLong()).toString() : null;
        }
        boolean text = schema.getType() == Schema.Type.STRING || schema.getType() == Schema.Type.ENUM;
        return text ? value.toString() : null;
    }

    private static @Nullable ByteBuffer bytes(Object value) {
        if (value instanceof GenericFixed fixed) {
            return ByteBuffer.wrap(fixed.bytes());
        }
        return value instanceof ByteBuffer bytes ? bytes : null;
    }

    private static @Nullable BigDecimal decimal(
            LogicalTypes.Decimal writer, @Nullable ByteBuffer bytes, Types.DecimalType column) {
        if (bytes == null || writer.getScale() != column.scale() || writer.getPrecision() > column.precision()) {
            return null;
        }
        byte[] unscaled = new byte[bytes.remaining()];
        bytes.duplicate().get(unscaled);
        BigDecimal number = new BigDecimal(new BigInteger(unscaled), writer.getScale());
        return number.precision() > writer.getPrecision() ? null : number;
    }

    private static boolean ofDay(String logical) {
        return logical.equals("date") || logical.startsWith("time-");
    }

    private static @Nullable Object number(String logical, Object value) {
        boolean instant =
                ofDay(logical) || logical.endsWith("timestamp-millis") || logical.endsWith("timestamp-micros");
        return instant || !(value instanceof Integer || value instanceof Long) ? null : ((Number) value).longValue();
    }

    private static @Nullable Long time(String logical, Object value) {
        if (!logical.startsWith("time-")) {
            return null;
        }
        long units = ((Number) value).longValue();
        long perDay = logical.equals("time-millis") ? MICROS_PER_DAY / 1000 : MICROS_PER_DAY;
        return units < 0 || units >= perDay ? null : (Long) (units * (MICROS_PER_DAY / perDay));
    }

    private static @Nullable Long timestamp(String logical, Object value, boolean zoned) {
        boolean fits = zoned ? logical.startsWith("timestamp-m") : logical.startsWith("local-timestamp-m");
        if (!fits || !(value instanceof Long time)) {
            return null;
        }
        if (logical.endsWith("micros")) {
            return time;
        }
        return time > LARGEST_MILLIS || time < -LARGEST_MILLIS ? null : (Long) (time * 1000);
    }
}
