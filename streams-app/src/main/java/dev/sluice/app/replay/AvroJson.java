package dev.sluice.app.replay;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * Plain JSON as Avro bytes: fields by name, unions by the first branch that fits, enums by symbol, bytes and fixed as
 * base64. A field that is missing gets its default, or null where it may be null; one that the schema does not have is
 * an error, because it would be lost.
 */
final class AvroJson {
    private AvroJson() {}

    /**
     * The Avro bytes, without framing.
     *
     * @throws IllegalArgumentException naming the field that does not fit the schema
     */
    static byte[] encode(Schema schema, JsonNode json) {
        Object value = value(schema, json, "");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        try {
            new GenericDatumWriter<Object>(schema, new GenericData()).write(value, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static @Nullable Object value(Schema schema, JsonNode json, String path) {
        return switch (schema.getType()) {
            case RECORD -> record(schema, json, path);
            case UNION -> union(schema, json, path);
            case ARRAY -> array(schema, json, path);
            case MAP -> map(schema, json, path);
            case NULL -> {
                checked(json.isNull(), json, "null", json, path);
                yield null;
            }
            case BOOLEAN -> checked(json.isBoolean(), json.asBoolean(), "true or false", json, path);
            case INT ->
                checked(json.canConvertToInt() && json.isIntegralNumber(), json.intValue(), "an int", json, path);
            case LONG ->
                checked(json.canConvertToLong() && json.isIntegralNumber(), json.longValue(), "a long", json, path);
            case FLOAT -> checked(json.isNumber(), json.floatValue(), "a number", json, path);
            case DOUBLE -> checked(json.isNumber(), json.doubleValue(), "a number", json, path);
            case STRING -> checked(json.isTextual(), json.asText(), "a text", json, path);
            case ENUM ->
                checked(
                        json.isTextual() && schema.hasEnumSymbol(json.asText()),
                        new GenericData.EnumSymbol(schema, json.asText()),
                        "one of " + schema.getEnumSymbols(),
                        json,
                        path);
            case BYTES -> ByteBuffer.wrap(bytes(json, path));
            case FIXED -> {
                byte[] bytes = bytes(json, path);
                yield checked(
                        bytes.length == schema.getFixedSize(),
                        new GenericData.Fixed(schema, bytes),
                        schema.getFixedSize() + " bytes in base64",
                        json,
                        path);
            }
        };
    }

    private static Object record(Schema schema, JsonNode json, String path) {
        checked(json.isObject(), json, "an object", json, path);
        GenericData.Record record = new GenericData.Record(schema);
        Set<String> unknown = new HashSet<>();
        json.fieldNames().forEachRemaining(unknown::add);
        for (Schema.Field field : schema.getFields()) {
            unknown.remove(field.name());
            String place = path.isEmpty() ? field.name() : path + "." + field.name();
            JsonNode child = json.get(field.name());
            if (child != null) {
                record.put(field.pos(), value(field.schema(), child, place));
            } else if (field.hasDefaultValue()) {
                record.put(field.pos(), new GenericData().getDefaultValue(field));
            } else if (!field.schema().isNullable()) {
                throw new IllegalArgumentException("field " + place + " is missing and has no default");
            }
        }
        for (String name : unknown) {
            throw new IllegalArgumentException("field " + (path.isEmpty() ? name : path + "." + name)
                    + " is not in the schema; set it to null in the patch to leave it out");
        }
        return record;
    }

    private static @Nullable Object union(Schema schema, JsonNode json, String path) {
        IllegalArgumentException last = new IllegalArgumentException("field " + path + " has an empty union");
        for (Schema branch : schema.getTypes()) {
            try {
                return value(branch, json, path);
            } catch (IllegalArgumentException e) {
                last = e;
            }
        }
        throw last;
    }

    private static List<@Nullable Object> array(Schema schema, JsonNode json, String path) {
        checked(json.isArray(), json, "a list", json, path);
        List<@Nullable Object> items = new ArrayList<>();
        for (JsonNode item : json) {
            items.add(value(schema.getElementType(), item, path + "[" + items.size() + "]"));
        }
        return items;
    }

    private static Map<String, @Nullable Object> map(Schema schema, JsonNode json, String path) {
        checked(json.isObject(), json, "an object", json, path);
        Map<String, @Nullable Object> entries = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
            entries.put(entry.getKey(), value(schema.getValueType(), entry.getValue(), path + "." + entry.getKey()));
        }
        return entries;
    }

    private static byte[] bytes(JsonNode json, String path) {
        try {
            byte[] bytes = json.binaryValue();
            if (bytes != null) {
                return bytes;
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException("field " + path + ": expected base64, found something else", e);
        }
        throw new IllegalArgumentException("field " + path + ": expected base64, found " + kind(json));
    }

    private static <T> T checked(boolean fits, T value, String expected, JsonNode found, String path) {
        if (!fits) {
            throw new IllegalArgumentException((path.isEmpty() ? "the value" : "field " + path) + ": expected "
                    + expected + ", found " + kind(found));
        }
        return value;
    }

    /** Never the value: it may be personal data. */
    private static String kind(JsonNode json) {
        return json.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
    }
}
