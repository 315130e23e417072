package dev.sluice.sink.model.trino;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.duck.SqlText;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Iceberg types as Trino writes them, and values of one type shown as another. */
final class TrinoTypes {
    private TrinoTypes() {}

    static String of(Type type) {
        return switch (type.typeId()) {
            case BOOLEAN -> "boolean";
            case INTEGER -> "integer";
            case LONG -> "bigint";
            case FLOAT -> "real";
            case DOUBLE -> "double";
            case DATE -> "date";
            case TIME -> "time(6)";
            case STRING -> "varchar";
            case UUID -> "uuid";
            case BINARY -> "varbinary";
            case TIMESTAMP ->
                ((Types.TimestampType) type).shouldAdjustToUTC() ? "timestamp(6) with time zone" : "timestamp(6)";
            case DECIMAL -> {
                Types.DecimalType decimal = (Types.DecimalType) type;
                yield "decimal(%d, %d)".formatted(decimal.precision(), decimal.scale());
            }
            case STRUCT ->
                "row("
                        + SqlText.list(
                                type.asStructType().fields(),
                                field -> SqlText.name(field.name()) + " " + of(field.type()))
                        + ")";
            case LIST -> "array(%s)".formatted(of(type.asListType().elementType()));
            case MAP ->
                "map(%s, %s)"
                        .formatted(
                                of(type.asMapType().keyType()),
                                of(type.asMapType().valueType()));
            default ->
                throw new SluiceException(
                        ErrorCode.MODEL_INVALID,
                        "Cannot use type %s: Trino has none like it, expected a type such as varchar or bigint, found %s"
                                .formatted(type, type));
        };
    }

    static String nothing(Type type) {
        return "CAST(NULL AS %s)".formatted(of(type));
    }

    /**
     * SQL of a value as another type, nested fields by their names; one that is not there is null.
     *
     * @param from the value's type; null when there is no such value
     */
    static String shown(String value, @Nullable Type from, Type to) {
        if (from == null) {
            return nothing(to);
        }
        return of(from).equals(of(to)) ? value : converted(value, from, to, 0);
    }

    private static String converted(String value, Type from, Type to, int depth) {
        String name = "x" + depth;
        if (from.isStructType() && to.isStructType()) {
            String fields = SqlText.list(to.asStructType().fields(), field -> {
                Types.NestedField there = from.asStructType().field(field.name());
                return there == null
                        ? nothing(field.type())
                        : converted(value + "." + SqlText.name(field.name()), there.type(), field.type(), depth);
            });
            return "CASE WHEN %s IS NOT NULL THEN CAST(ROW(%s) AS %s) END".formatted(value, fields, of(to));
        }
        if (from.isListType() && to.isListType()) {
            return "transform(%s, %s -> %s)"
                    .formatted(
                            value,
                            name,
                            converted(
                                    name,
                                    from.asListType().elementType(),
                                    to.asListType().elementType(),
                                    depth + 1));
        }
        if (from.isMapType() && to.isMapType()) {
            return "transform_values(%s, (k%s, %s) -> %s)"
                    .formatted(
                            value,
                            name,
                            name,
                            converted(
                                    name,
                                    from.asMapType().valueType(),
                                    to.asMapType().valueType(),
                                    depth + 1));
        }
        return "CAST(%s AS %s)".formatted(value, of(to));
    }

    /** SQL of a value's text, null for null. */
    static String text(String value, Type type) {
        return switch (type.typeId()) {
            case STRING -> value;
            case BINARY -> "to_hex(%s)".formatted(value);
            case STRUCT, LIST, MAP -> "json_format(CAST(%s AS json))".formatted(value);
            default -> "CAST(%s AS varchar)".formatted(value);
        };
    }
}
