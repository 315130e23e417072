package dev.sluice.sink.duck;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Iceberg types as DuckDB writes them, and the field ids that its Parquet writer needs. */
public final class DuckTypes {
    private DuckTypes() {}

    /**
     * The DuckDB name of a type.
     *
     * @throws SluiceException MODEL_INVALID for a type that would not survive a round trip, {@code fixed(n)} for one
     */
    public static String of(Type type) {
        return switch (type.typeId()) {
            case BOOLEAN -> "BOOLEAN";
            case INTEGER -> "INTEGER";
            case LONG -> "BIGINT";
            case FLOAT -> "FLOAT";
            case DOUBLE -> "DOUBLE";
            case DATE -> "DATE";
            case TIME -> "TIME";
            case STRING -> "VARCHAR";
            case UUID -> "UUID";
            case BINARY -> "BLOB";
            case TIMESTAMP ->
                ((Types.TimestampType) type).shouldAdjustToUTC() ? "TIMESTAMP WITH TIME ZONE" : "TIMESTAMP";
            case DECIMAL -> {
                Types.DecimalType decimal = (Types.DecimalType) type;
                yield "DECIMAL(%d,%d)".formatted(decimal.precision(), decimal.scale());
            }
            case STRUCT ->
                "STRUCT("
                        + SqlText.list(
                                type.asStructType().fields(),
                                field -> SqlText.name(field.name()) + " " + of(field.type()))
                        + ")";
            case LIST -> of(type.asListType().elementType()) + "[]";
            case MAP ->
                "MAP(%s, %s)"
                        .formatted(
                                of(type.asMapType().keyType()),
                                of(type.asMapType().valueType()));
            default ->
                throw new SluiceException(
                        ErrorCode.MODEL_INVALID,
                        "Cannot use type %s: no lossless counterpart, expected a type such as varchar or bigint, found %s"
                                .formatted(type, type));
        };
    }

    /** The {@code FIELD_IDS} option of COPY for a table's schema. */
    public static String fieldIds(Schema schema) {
        return structIds(schema.columns());
    }

    private static String structIds(List<Types.NestedField> fields) {
        return "{"
                + SqlText.list(fields, field -> SqlText.name(field.name()) + ": " + ids(field.fieldId(), field.type()))
                + "}";
    }

    private static String ids(int id, Type type) {
        if (type.isStructType()) {
            String inner = structIds(type.asStructType().fields());
            return "{__duckdb_field_id: " + id + (inner.length() > 2 ? ", " + inner.substring(1) : "}");
        }
        if (type.isListType()) {
            Types.ListType list = type.asListType();
            return "{__duckdb_field_id: %d, element: %s}".formatted(id, ids(list.elementId(), list.elementType()));
        }
        if (type.isMapType()) {
            Types.MapType map = type.asMapType();
            return "{__duckdb_field_id: %d, key: %s, value: %s}"
                    .formatted(id, ids(map.keyId(), map.keyType()), ids(map.valueId(), map.valueType()));
        }
        return Integer.toString(id);
    }
}
