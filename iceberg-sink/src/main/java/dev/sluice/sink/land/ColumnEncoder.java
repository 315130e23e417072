package dev.sluice.sink.land;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Writes column values back as Avro: the inverse of the decode plan, for rows that need no payload. */
final class ColumnEncoder {
    private final BinaryEncoder out;

    ColumnEncoder(BinaryEncoder out) {
        this.out = out;
    }

    void record(Schema record, FieldColumns fields, Types.StructType struct, StructLike row) throws IOException {
        for (Schema.Field field : record.getFields()) {
            Type type = Types.StringType.get();
            Object value = null;
            for (Types.NestedField column : fields.candidates(field, struct)) {
                Object candidate = row.get(struct.fields().indexOf(column), Object.class);
                if (candidate != null) {
                    type = column.type();
                    value = candidate;
                    break;
                }
            }
            write(field.schema(), type, value);
        }
    }

    private void write(Schema schema, Type column, @Nullable Object value) throws IOException {
        switch (schema.getType()) {
            case NULL -> out.writeNull();
            case UNION -> {
                NullableUnion union = Objects.requireNonNull(NullableUnion.of(schema), "a union of several types");
                if (value == null && union.nullIndex() < 0) {
                    throw new AvroRuntimeException("null in a union without null");
                }
                out.writeIndex(value == null ? union.nullIndex() : union.valueIndex());
                if (value != null) {
                    write(union.value(), column, value);
                }
            }
            case RECORD ->
                record(schema, FieldColumns.nested(schema), column.asStructType(), (StructLike)
                        Objects.requireNonNull(value, "record"));
            case ARRAY -> array(schema, column.asListType(), (List<?>) Objects.requireNonNull(value, "array"));
            case MAP -> map(schema, column.asMapType(), (Map<?, ?>) Objects.requireNonNull(value, "map"));
            default -> leaf(schema, Objects.requireNonNull(value, "value"));
        }
    }

    private void array(Schema schema, Types.ListType list, List<?> values) throws IOException {
        out.writeArrayStart();
        out.setItemCount(values.size());
        for (Object element : values) {
            out.startItem();
            write(schema.getElementType(), list.elementType(), element);
        }
        out.writeArrayEnd();
    }

    private void map(Schema schema, Types.MapType map, Map<?, ?> values) throws IOException {
        out.writeMapStart();
        out.setItemCount(values.size());
        for (Map.Entry<?, ?> entry : values.entrySet()) {
            out.startItem();
            out.writeString(entry.getKey().toString());
            write(schema.getValueType(), map.valueType(), entry.getValue());
        }
        out.writeMapEnd();
    }

    private void leaf(Schema schema, Object value) throws IOException {
        LogicalType logical = schema.getLogicalType();
        String name = logical == null ? "" : logical.getName();
        switch (schema.getType()) {
            case STRING -> out.writeString(value.toString());
            case ENUM -> out.writeEnum(schema.getEnumOrdinal(value.toString()));
            case BYTES -> {
                if (logical instanceof LogicalTypes.Decimal) {
                    out.writeBytes(((BigDecimal) value).unscaledValue().toByteArray());
                } else {
                    out.writeBytes(((ByteBuffer) value).duplicate());
                }
            }
            case FIXED -> out.writeFixed(fixed(schema.getFixedSize(), logical, name, value));
            case INT -> {
                long number = ((Number) value).longValue();
                out.writeInt(Math.toIntExact(name.equals("time-millis") ? number / 1000 : number));
            }
            case LONG -> {
                long number = ((Number) value).longValue();
                out.writeLong(name.endsWith("timestamp-millis") ? number / 1000 : number);
            }
            case FLOAT -> out.writeFloat(((Number) value).floatValue());
            case DOUBLE -> out.writeDouble(((Number) value).doubleValue());
            case BOOLEAN -> out.writeBoolean((Boolean) value);
            case NULL, RECORD, ARRAY, MAP, UNION -> throw new AvroRuntimeException("not a leaf");
        }
    }

    private static byte[] fixed(int size, @Nullable LogicalType logical, String name, Object value) {
        byte[] bytes = new byte[size];
        if (logical instanceof LogicalTypes.Decimal) {
            byte[] shortest = ((BigDecimal) value).unscaledValue().toByteArray();
            Arrays.fill(bytes, (byte) (shortest[0] >> 7));
            System.arraycopy(shortest, 0, bytes, size - shortest.length, shortest.length);
        } else if (name.equals("uuid")) {
            UUID uuid = UUID.fromString(value.toString());
            ByteBuffer.wrap(bytes).putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
        } else {
            ((ByteBuffer) value).duplicate().get(bytes);
        }
        return bytes;
    }
}
