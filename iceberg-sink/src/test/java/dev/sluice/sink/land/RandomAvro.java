package dev.sluice.sink.land;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;

/** Random writer schemas of every type Sluice maps (and some it does not), and random values of them. */
final class RandomAvro {
    private static final String[] INT_LOGICAL = {"", "", "date", "time-millis"};
    private static final String[] LONG_LOGICAL = {
        "",
        "",
        "time-micros",
        "timestamp-millis",
        "timestamp-micros",
        "timestamp-nanos",
        "local-timestamp-millis",
        "local-timestamp-micros",
        "local-timestamp-nanos"
    };

    private final Random random;
    private int names;

    RandomAvro(long seed) {
        random = new Random(seed);
    }

    Schema record(int depth) {
        Schema record = Schema.createRecord("R" + ++names, null, "t", false);
        List<Schema.Field> fields = new ArrayList<>();
        int count = depth == 0 ? 1 + random.nextInt(8) : random.nextInt(4);
        for (int i = 0; i < count; i++) {
            String name = random.nextInt(20) == 0 ? "F" + i : "f" + i;
            Schema.Field field = new Schema.Field(name, schema(depth + 1), null, null);
            if (random.nextInt(6) == 0) {
                field.addAlias("f" + random.nextInt(10));
            }
            fields.add(field);
        }
        record.setFields(fields);
        return record;
    }

    private Schema schema(int depth) {
        int kinds = depth > 3 ? 11 : 17;
        return switch (random.nextInt(kinds)) {
            case 0 -> logical(Schema.create(Schema.Type.INT), INT_LOGICAL);
            case 1, 2 -> logical(Schema.create(Schema.Type.LONG), LONG_LOGICAL);
            case 3 -> Schema.create(Schema.Type.FLOAT);
            case 4 -> Schema.create(Schema.Type.DOUBLE);
            case 5 -> Schema.create(Schema.Type.BOOLEAN);
            case 6 ->
                random.nextBoolean()
                        ? Schema.create(Schema.Type.STRING)
                        : LogicalTypes.uuid().addToSchema(Schema.create(Schema.Type.STRING));
            case 7 ->
                random.nextBoolean() ? Schema.create(Schema.Type.BYTES) : decimal(Schema.create(Schema.Type.BYTES), 12);
            case 8 -> fixed();
            case 9 -> Schema.createEnum("E" + ++names, null, "t", List.of("A", "B_2", "Long_Symbol"));
            case 10 -> random.nextInt(4) == 0 ? Schema.create(Schema.Type.NULL) : Schema.create(Schema.Type.STRING);
            case 11 -> record(depth);
            case 12 -> Schema.createArray(schema(depth + 1));
            case 13 -> Schema.createMap(schema(depth + 1));
            case 14 ->
                Schema.createUnion(
                        Schema.create(Schema.Type.NULL), Schema.create(Schema.Type.STRING), record(depth + 1));
            default -> nullable(schema(depth + 1));
        };
    }

    private Schema nullable(Schema schema) {
        if (schema.getType() == Schema.Type.UNION || schema.getType() == Schema.Type.NULL) {
            return schema;
        }
        List<Schema> branches = new ArrayList<>(List.of(Schema.create(Schema.Type.NULL), schema));
        if (random.nextInt(3) == 0) {
            Collections.reverse(branches);
        }
        return Schema.createUnion(branches);
    }

    private Schema fixed() {
        return switch (random.nextInt(3)) {
            case 0 -> LogicalTypes.uuid().addToSchema(Schema.createFixed("X" + ++names, null, "t", 16));
            case 1 -> decimal(Schema.createFixed("X" + ++names, null, "t", 9), 18);
            default -> Schema.createFixed("X" + ++names, null, "t", random.nextInt(20));
        };
    }

    private Schema decimal(Schema schema, int most) {
        int precision = 1 + random.nextInt(most);
        return LogicalTypes.decimal(precision, random.nextInt(precision + 1)).addToSchema(schema);
    }

    private Schema logical(Schema schema, String[] names) {
        String name = names[random.nextInt(names.length)];
        if (!name.isEmpty()) {
            schema.addProp("logicalType", name);
            LogicalTypes.fromSchema(schema).addToSchema(schema);
        }
        return schema;
    }

    Object value(Schema schema) {
        String logical =
                schema.getLogicalType() == null ? "" : schema.getLogicalType().getName();
        return switch (schema.getType()) {
            case NULL -> null;
            case BOOLEAN -> random.nextBoolean();
            case INT ->
                logical.equals("time-millis") && random.nextInt(10) > 0
                        ? random.nextInt(86_400_000)
                        : random.nextInt() >> random.nextInt(32);
            case LONG -> number(logical);
            case FLOAT -> random.nextInt(8) == 0 ? Float.intBitsToFloat(random.nextInt()) : random.nextFloat();
            case DOUBLE -> random.nextInt(8) == 0 ? Double.longBitsToDouble(random.nextLong()) : random.nextDouble();
            case STRING -> text();
            case BYTES -> logical.isEmpty() ? ByteBuffer.wrap(bytes(random.nextInt(20))) : decimalBytes(schema);
            case FIXED ->
                new GenericData.Fixed(
                        schema, logical.equals("decimal") ? padded(schema) : bytes(schema.getFixedSize()));
            case ENUM ->
                new GenericData.EnumSymbol(schema, schema.getEnumSymbols().get(random.nextInt(3)));
            case UNION ->
                value(schema.getTypes().get(random.nextInt(schema.getTypes().size())));
            case ARRAY -> {
                List<Object> list = new ArrayList<>();
                for (int i = size(); i > 0; i--) {
                    list.add(value(schema.getElementType()));
                }
                yield list;
            }
            case MAP -> {
                Map<String, Object> map = new LinkedHashMap<>();
                for (int i = size(); i > 0; i--) {
                    map.put(text(), value(schema.getValueType()));
                }
                yield map;
            }
            case RECORD -> {
                GenericData.Record record = new GenericData.Record(schema);
                schema.getFields().forEach(field -> record.put(field.pos(), value(field.schema())));
                yield record;
            }
        };
    }

    private int size() {
        return random.nextInt(4) == 0 ? 0 : random.nextInt(5);
    }

    private long number(String logical) {
        if (logical.equals("time-micros") && random.nextInt(10) > 0) {
            return random.nextLong(86_400_000_000L);
        }
        if (logical.contains("timestamp") && random.nextInt(20) > 0) {
            // A few thousand years either way, which the generic reader's date types can hold at any precision.
            return random.nextLong(-1L << 46, 1L << 46);
        }
        return logical.isEmpty() || logical.endsWith("nanos")
                ? random.nextLong() >> random.nextInt(64)
                : random.nextLong(-1L << 60, 1L << 60);
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.appendCodePoint(
                    switch (random.nextInt(8)) {
                        case 0 -> 0xE0 + random.nextInt(200);
                        case 1 -> 0x4E00 + random.nextInt(1000);
                        case 2 -> 0x1F600 + random.nextInt(60);
                        default -> ' ' + random.nextInt(90);
                    });
        }
        return text.toString();
    }

    private byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private BigInteger unscaled(Schema schema) {
        int precision = ((LogicalTypes.Decimal) schema.getLogicalType()).getPrecision();
        BigInteger most = BigInteger.TEN.pow(precision);
        BigInteger value =
                new BigInteger(60, random).mod(random.nextInt(12) == 0 ? most.multiply(BigInteger.TWO) : most);
        return random.nextBoolean() ? value : value.negate();
    }

    private ByteBuffer decimalBytes(Schema schema) {
        byte[] shortest = unscaled(schema).toByteArray();
        if (random.nextInt(12) > 0) {
            return ByteBuffer.wrap(shortest);
        }
        byte[] longer = new byte[shortest.length + 2];
        java.util.Arrays.fill(longer, (byte) (shortest[0] >> 7));
        System.arraycopy(shortest, 0, longer, 2, shortest.length);
        return ByteBuffer.wrap(longer);
    }

    private byte[] padded(Schema schema) {
        byte[] shortest = unscaled(schema).toByteArray();
        byte[] bytes = new byte[schema.getFixedSize()];
        java.util.Arrays.fill(bytes, (byte) (shortest[0] >> 7));
        System.arraycopy(shortest, 0, bytes, bytes.length - shortest.length, shortest.length);
        return bytes;
    }
}
