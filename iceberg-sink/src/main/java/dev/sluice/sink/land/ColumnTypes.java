package dev.sluice.sink.land;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * The column type that an Avro schema gets, or none. None have: unions of several types, null, records without a
 * mappable field, decimals of more than 38 digits, and a record inside itself.
 *
 * <p>Fixed becomes binary because DuckDB refuses fixed, uuid becomes string because keys are strings, and nanosecond
 * timestamps become long because not every engine that reads these tables has a nanosecond type.
 */
final class ColumnTypes {
    private static final int MAX_DECIMAL_DIGITS = 38;

    private final Set<String> open = new HashSet<>();
    private int nextId;

    /** Types for the fields of these records, which are being mapped already and so must not turn up inside. */
    ColumnTypes(Set<String> openRecords) {
        open.addAll(openRecords);
    }

    /** The type with field ids counted from 1, which are placeholders. */
    @Nullable
    Type of(Schema schema) {
        return switch (schema.getType()) {
            case RECORD -> struct(schema);
            case ARRAY -> {
                Type element = of(schema.getElementType());
                yield element == null ? null : Types.ListType.ofOptional(++nextId, element);
            }
            case MAP -> {
                Type value = of(schema.getValueType());
                int keyId = ++nextId;
                int valueId = ++nextId;
                yield value == null ? null : Types.MapType.ofOptional(keyId, valueId, Types.StringType.get(), value);
            }
            case UNION -> {
                NullableUnion union = NullableUnion.of(schema);
                yield union == null ? null : of(union.value());
            }
            default -> leaf(schema);
        };
    }

    private @Nullable Type struct(Schema record) {
        if (!open.add(record.getFullName())) {
            return null;
        }
        List<Types.NestedField> columns = new ArrayList<>();
        FieldColumns fields = FieldColumns.nested(record);
        for (Schema.Field field : record.getFields()) {
            Type type = fields.nameIsFree(field, Types.StructType.of()) ? of(field.schema()) : null;
            if (type != null) {
                columns.add(Types.NestedField.optional(++nextId, field.name(), type));
            }
        }
        open.remove(record.getFullName());
        return columns.isEmpty() ? null : Types.StructType.of(columns);
    }

    /** The type of a schema that is neither nested nor a union. */
    static Type.@Nullable PrimitiveType leaf(Schema schema) {
        LogicalType logical = schema.getLogicalType();
        String name = logical == null ? "" : logical.getName();
        return switch (schema.getType()) {
            case STRING, ENUM -> Types.StringType.get();
            case BYTES -> logical instanceof LogicalTypes.Decimal decimal ? decimal(decimal) : Types.BinaryType.get();
            case FIXED ->
                logical instanceof LogicalTypes.Decimal decimal
                        ? decimal(decimal)
                        : "uuid".equals(name) ? Types.StringType.get() : Types.BinaryType.get();
            case INT ->
                switch (name) {
                    case "date" -> Types.DateType.get();
                    case "time-millis" -> Types.TimeType.get();
                    default -> Types.IntegerType.get();
                };
            case LONG ->
                switch (name) {
                    case "time-micros" -> Types.TimeType.get();
                    case "timestamp-millis", "timestamp-micros" -> Types.TimestampType.withZone();
                    case "local-timestamp-millis", "local-timestamp-micros" -> Types.TimestampType.withoutZone();
                    default -> Types.LongType.get();
                };
            case FLOAT -> Types.FloatType.get();
            case DOUBLE -> Types.DoubleType.get();
            case BOOLEAN -> Types.BooleanType.get();
            case NULL, RECORD, ARRAY, MAP, UNION -> null;
        };
    }

    private static Type.@Nullable PrimitiveType decimal(LogicalTypes.Decimal decimal) {
        return decimal.getPrecision() > MAX_DECIMAL_DIGITS
                ? null
                : Types.DecimalType.of(decimal.getPrecision(), decimal.getScale());
    }
}
