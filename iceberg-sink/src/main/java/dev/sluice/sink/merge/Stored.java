package dev.sluice.sink.merge;

import dev.sluice.sink.duck.DuckTypes;
import org.apache.iceberg.types.Type;

/** How a record of a key index holds a value, without loss. */
enum Stored {
    /** A long. */
    NUMBER("BIGINT"),
    /** A double. */
    REAL("DOUBLE"),
    /** A text: of strings themselves, of all other types as DuckDB casts them there and back. */
    TEXT("VARCHAR");

    private final String sqlType;

    Stored(String sqlType) {
        this.sqlType = sqlType;
    }

    String sqlType() {
        return sqlType;
    }

    static Stored of(Type type) {
        return switch (type.typeId()) {
            case BOOLEAN, INTEGER, LONG, DATE, TIMESTAMP -> NUMBER;
            case FLOAT, DOUBLE -> REAL;
            default -> TEXT;
        };
    }

    /** SQL that makes of a value what a record holds. */
    static String encoded(Type type, String value) {
        return switch (type.typeId()) {
            case STRING, LONG, DOUBLE -> value;
            case DATE -> "CAST(%s - DATE '1970-01-01' AS BIGINT)".formatted(value);
            case TIMESTAMP -> "epoch_us(%s)".formatted(value);
            case BINARY -> "hex(%s)".formatted(value);
            default -> "CAST(%s AS %s)".formatted(value, of(type).sqlType());
        };
    }

    /** SQL that makes the value of what a record holds. */
    static String decoded(Type type, String stored) {
        return switch (type.typeId()) {
            case STRING, LONG, DOUBLE -> stored;
            case DATE -> "DATE '1970-01-01' + CAST(%s AS INTEGER)".formatted(stored);
            case TIMESTAMP ->
                DuckTypes.of(type).equals("TIMESTAMP")
                        ? "make_timestamp(%s)".formatted(stored)
                        : "make_timestamptz(%s)".formatted(stored);
            case BINARY -> "unhex(%s)".formatted(stored);
            default -> "CAST(%s AS %s)".formatted(stored, DuckTypes.of(type));
        };
    }
}
