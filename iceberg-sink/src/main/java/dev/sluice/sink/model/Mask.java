package dev.sluice.sink.model;

import dev.sluice.sink.duck.SqlText;
import org.apache.iceberg.types.Type;

/**
 * What a column of personal data is reduced to before anything else sees it, tests and rejected rows included. SQL that
 * every engine reads. There is no hash: SQL has no secret, and a hash without one is found by trying. Hash at landing.
 */
public enum Mask {
    /** A constant text; null in a column of another type. */
    REDACT,
    /** What stands behind the @ of an e-mail address; a text that has not exactly one @ is redacted. */
    EMAIL_DOMAIN;

    private static final String REDACTED = "***";

    /** SQL of the masked value of a column; null stays null. */
    String sql(String column, Type type) {
        String name = SqlText.name(column);
        if (type.typeId() != Type.TypeID.STRING) {
            // A null of the column's own type, which engines name differently.
            return "CASE WHEN false THEN %s END".formatted(name);
        }
        String masked = switch (this) {
            case REDACT -> SqlText.literal(REDACTED);
            case EMAIL_DOMAIN ->
                "CASE WHEN length(%1$s) - length(replace(%1$s, '@', '')) = 1 THEN substr(%1$s, strpos(%1$s, '@') + 1) ELSE %2$s END"
                        .formatted(name, SqlText.literal(REDACTED));
        };
        return "CAST(CASE WHEN %s IS NOT NULL THEN %s END AS varchar)".formatted(name, masked);
    }

    boolean fits(Type type) {
        return this == REDACT || type.typeId() == Type.TypeID.STRING;
    }
}
