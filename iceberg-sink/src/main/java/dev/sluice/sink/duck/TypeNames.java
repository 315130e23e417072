package dev.sluice.sink.duck;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Reads a {@code data_type} as analysts write it (Trino's and Iceberg's names): {@code varchar, bigint, integer,
 * double, real, boolean, date, time, timestamp, timestamptz, varbinary, uuid, decimal(p,s), array(T), map(K,V),
 * row(name T, ...)}. Field ids are numbered from the one given; a table assigns its own on creation.
 */
public final class TypeNames {
    private final String text;
    private int at;
    private int nextId;

    private TypeNames(String text, int firstId) {
        this.text = text;
        this.nextId = firstId;
    }

    /**
     * Reads one type.
     *
     * @throws IllegalArgumentException saying what was expected where
     */
    public static Type parse(String text, int firstNestedId) {
        TypeNames parser = new TypeNames(text, firstNestedId);
        Type type = parser.type();
        parser.skipBlanks();
        if (parser.at < text.length()) {
            throw parser.expected("the end of the type");
        }
        return type;
    }

    private Type type() {
        String name = word();
        return switch (name) {
            case "varchar", "string" -> Types.StringType.get();
            case "bigint", "long" -> Types.LongType.get();
            case "integer", "int" -> Types.IntegerType.get();
            case "double" -> Types.DoubleType.get();
            case "real", "float" -> Types.FloatType.get();
            case "boolean" -> Types.BooleanType.get();
            case "date" -> Types.DateType.get();
            case "time" -> Types.TimeType.get();
            case "timestamp" -> Types.TimestampType.withoutZone();
            case "timestamptz" -> Types.TimestampType.withZone();
            case "varbinary", "binary" -> Types.BinaryType.get();
            case "uuid" -> Types.UUIDType.get();
            case "decimal" -> decimal();
            case "array" -> array();
            case "map" -> map();
            case "row" -> row();
            default ->
                throw new IllegalArgumentException(
                        "unknown type, expected a name such as varchar, bigint, decimal(12,2) or timestamptz, found "
                                + text);
        };
    }

    private Type decimal() {
        take('(');
        int precision = integer();
        take(',');
        int scale = integer();
        take(')');
        return Types.DecimalType.of(precision, scale);
    }

    private Type array() {
        take('(');
        int id = nextId++;
        Type element = type();
        take(')');
        return Types.ListType.ofOptional(id, element);
    }

    private Type map() {
        take('(');
        int keyId = nextId++;
        int valueId = nextId++;
        Type key = type();
        take(',');
        Type value = type();
        take(')');
        return Types.MapType.ofOptional(keyId, valueId, key, value);
    }

    private Type row() {
        List<Types.NestedField> fields = new ArrayList<>();
        char before = '(';
        do {
            take(before);
            String name = word();
            int id = nextId++;
            fields.add(Types.NestedField.optional(id, name, type()));
            before = ',';
        } while (peek() == ',');
        take(')');
        return Types.StructType.of(fields);
    }

    private String word() {
        skipBlanks();
        int from = at;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
            at++;
        }
        if (from == at) {
            throw expected("a name");
        }
        return text.substring(from, at).toLowerCase(Locale.ROOT);
    }

    private int integer() {
        String digits = word();
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a number, expected digits, found " + digits, e);
        }
    }

    private char peek() {
        skipBlanks();
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private void take(char wanted) {
        if (peek() != wanted) {
            throw expected("'" + wanted + "'");
        }
        at++;
    }

    private void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private IllegalArgumentException expected(String what) {
        return new IllegalArgumentException(
                "malformed type, expected %s at character %d, found %s".formatted(what, at + 1, text));
    }
}
