package dev.sluice.sink.land;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.util.Utf8;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/**
 * Readers of values that are neither nested nor a union. A value that its column type cannot hold (a time past
 * midnight, a decimal with too many digits) is null in the column and stays in the payload.
 */
final class LeafReaders {
    private static final long MILLIS_PER_DAY = 86_400_000L;
    private static final long LARGEST_MILLIS = Long.MAX_VALUE / 1000;

    private LeafReaders() {}

    /** Reader of {@code schema} into a column that its type fits. */
    static ValueReader of(Schema schema, Type column) {
        LogicalType logical = schema.getLogicalType();
        String name = logical == null ? "" : logical.getName();
        return switch (schema.getType()) {
            case STRING -> AvroInput::readText;
            case BYTES ->
                logical instanceof LogicalTypes.Decimal decimal
                        ? (in, reuse) -> decimal(in, in.readBytes(), decimal, false)
                        : (in, reuse) -> in.readBytes();
            case FIXED -> fixed(schema.getFixedSize(), logical, name);
            case ENUM -> symbols(schema.getEnumSymbols());
            case INT -> integer(name, column);
            case LONG -> number(name);
            case FLOAT ->
                column.typeId() == Type.TypeID.DOUBLE
                        ? (in, reuse) -> (double) in.readFloat()
                        : (in, reuse) -> in.readFloat();
            case DOUBLE -> (in, reuse) -> in.readDouble();
            case BOOLEAN -> (in, reuse) -> in.readBoolean();
            case NULL, RECORD, ARRAY, MAP, UNION ->
                throw new IllegalArgumentException("not a leaf: " + schema.getType());
        };
    }

    /** Reader that checks a value and keeps nothing of it. */
    static ValueReader skipping(Schema schema) {
        return switch (schema.getType()) {
            case STRING ->
                (in, reuse) -> {
                    in.skipText();
                    return null;
                };
            case NULL -> (in, reuse) -> null;
            default -> {
                Type type = ColumnTypes.leaf(schema);
                ValueReader kept = type == null ? (in, reuse) -> in.readBytes() : of(schema, type);
                if (type == null && schema.getType() == Schema.Type.FIXED) {
                    int size = schema.getFixedSize();
                    kept = (in, reuse) -> in.readFixed(size);
                }
                ValueReader reader = kept;
                yield (in, reuse) -> {
                    reader.read(in, null);
                    return null;
                };
            }
        };
    }

    private static ValueReader integer(String logical, Type column) {
        if (logical.equals("time-millis")) {
            return (in, reuse) -> timeOfDay(in, in.readInt(), 1000);
        }
        return column.typeId() == Type.TypeID.LONG ? (in, reuse) -> (long) in.readInt() : (in, reuse) -> in.readInt();
    }

    private static ValueReader number(String logical) {
        return switch (logical) {
            case "time-micros" -> (in, reuse) -> timeOfDay(in, in.readLong(), 1);
            case "timestamp-millis", "local-timestamp-millis" ->
                (in, reuse) -> {
                    long millis = in.readLong();
                    if (millis > LARGEST_MILLIS || millis < -LARGEST_MILLIS) {
                        in.notRebuildable();
                        return null;
                    }
                    return millis * 1000;
                };
            default -> (in, reuse) -> in.readLong();
        };
    }

    private static @Nullable Long timeOfDay(AvroInput in, long units, int microsPerUnit) {
        if (units < 0 || units >= MILLIS_PER_DAY * 1000 / microsPerUnit) {
            in.notRebuildable();
            return null;
        }
        return units * microsPerUnit;
    }

    private static ValueReader symbols(List<String> names) {
        Utf8[] symbols = names.stream().map(Utf8::new).toArray(Utf8[]::new);
        return (in, reuse) -> symbols[in.readIndex(symbols.length, "a symbol index")];
    }

    private static ValueReader fixed(int size, @Nullable LogicalType logical, String name) {
        if (logical instanceof LogicalTypes.Decimal decimal) {
            return (in, reuse) -> decimal(in, in.readFixed(size), decimal, true);
        }
        if (name.equals("uuid")) {
            return (in, reuse) -> {
                ByteBuffer bytes = in.readFixed(size);
                return new Utf8(new UUID(bytes.getLong(), bytes.getLong()).toString());
            };
        }
        return (in, reuse) -> in.readFixed(size);
    }

    private static @Nullable BigDecimal decimal(
            AvroInput in, ByteBuffer bytes, LogicalTypes.Decimal type, boolean padded) throws MalformedValue {
        byte[] raw = new byte[bytes.remaining()];
        bytes.get(raw);
        if (raw.length == 0) {
            throw in.corrupt(in.position(), "a decimal of at least one byte", "none");
        }
        BigDecimal value = new BigDecimal(new BigInteger(raw), type.getScale());
        boolean shortest = raw.length == 1 || raw[0] != (byte) (raw[1] >> 7);
        if (!padded && !shortest) {
            in.notRebuildable();
        }
        if (value.precision() > type.getPrecision()) {
            in.notRebuildable();
            return null;
        }
        return value;
    }
}
