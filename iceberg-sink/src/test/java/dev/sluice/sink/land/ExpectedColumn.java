package dev.sluice.sink.land;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * What a column must read as, worked out from the Avro datum by code that shares nothing with the sink. Structs become
 * maps of column names, so that both sides compare with equals.
 */
final class ExpectedColumn {
    private static final OffsetDateTime EPOCH = OffsetDateTime.ofInstant(java.time.Instant.EPOCH, ZoneOffset.UTC);

    private ExpectedColumn() {}

    static Map<String, Object> record(Types.StructType struct, GenericData.Record datum) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Types.NestedField column : struct.fields()) {
            Schema.Field field = datum.getSchema().getField(column.name());
            if (field != null) {
                values.put(column.name(), of(column.type(), field.schema(), datum.get(field.pos())));
            }
        }
        return values;
    }

    static Object of(Type type, Schema schema, Object datum) {
        if (datum == null) {
            return null;
        }
        if (schema.getType() == Schema.Type.UNION) {
            Schema value = schema.getTypes().stream()
                    .filter(branch -> branch.getType() != Schema.Type.NULL)
                    .findFirst()
                    .orElseThrow();
            return of(type, value, datum);
        }
        String logical =
                schema.getLogicalType() == null ? "" : schema.getLogicalType().getName();
        return switch (schema.getType()) {
            case RECORD -> record(type.asStructType(), (GenericData.Record) datum);
            case ARRAY -> {
                List<Object> list = new ArrayList<>();
                ((List<?>) datum)
                        .forEach(e -> list.add(of(type.asListType().elementType(), schema.getElementType(), e)));
                yield list;
            }
            case MAP -> {
                Map<String, Object> map = new LinkedHashMap<>();
                ((Map<?, ?>) datum)
                        .forEach((k, v) ->
                                map.put(k.toString(), of(type.asMapType().valueType(), schema.getValueType(), v)));
                yield map;
            }
            case STRING, ENUM -> datum.toString();
            case FIXED -> bytes(schema, logical, ((GenericData.Fixed) datum).bytes());
            case BYTES -> bytes(schema, logical, ((ByteBuffer) datum).array());
            case INT ->
                switch (logical) {
                    case "date" -> LocalDate.ofEpochDay((Integer) datum);
                    case "time-millis" -> time((Integer) datum * 1000L);
                    default -> datum;
                };
            case LONG ->
                switch (logical) {
                    case "time-micros" -> time((Long) datum);
                    case "timestamp-millis" -> instant((Long) datum, ChronoUnit.MILLIS);
                    case "timestamp-micros" -> instant((Long) datum, ChronoUnit.MICROS);
                    case "local-timestamp-millis" -> local(instant((Long) datum, ChronoUnit.MILLIS));
                    case "local-timestamp-micros" -> local(instant((Long) datum, ChronoUnit.MICROS));
                    default -> datum;
                };
            default -> datum;
        };
    }

    /** The read value in the same shape. */
    static Object actual(Object read) {
        if (read instanceof Record record) {
            Map<String, Object> values = new LinkedHashMap<>();
            record.struct().fields().forEach(field -> values.put(field.name(), actual(record.getField(field.name()))));
            return values;
        }
        if (read instanceof List<?> list) {
            List<Object> values = new ArrayList<>();
            list.forEach(element -> values.add(actual(element)));
            return values;
        }
        if (read instanceof Map<?, ?> map) {
            Map<String, Object> values = new LinkedHashMap<>();
            map.forEach((key, value) -> values.put(key.toString(), actual(value)));
            return values;
        }
        return read;
    }

    private static Object bytes(Schema schema, String logical, byte[] bytes) {
        if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
            BigDecimal value = new BigDecimal(new BigInteger(bytes), decimal.getScale());
            return value.precision() > decimal.getPrecision() ? null : value;
        }
        if (logical.equals("uuid")) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            return new UUID(buffer.getLong(), buffer.getLong()).toString();
        }
        return ByteBuffer.wrap(bytes);
    }

    private static LocalTime time(long micros) {
        return micros < 0 || micros >= 86_400_000_000L ? null : LocalTime.ofNanoOfDay(micros * 1000);
    }

    private static OffsetDateTime instant(long value, ChronoUnit unit) {
        return unit == ChronoUnit.MILLIS && Math.abs(value) > Long.MAX_VALUE / 1000 ? null : EPOCH.plus(value, unit);
    }

    private static Object local(OffsetDateTime time) {
        return time == null ? null : time.toLocalDateTime();
    }
}
