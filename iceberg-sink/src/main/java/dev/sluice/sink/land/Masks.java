package dev.sluice.sink.land;

import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.util.Utf8;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** Readers that let only the masked form of a value through, to the column and to the payload alike. */
final class Masks {
    private final PiiRules rules;
    private @Nullable KeyedHash keyed;

    Masks(PiiRules rules) {
        this.rules = rules;
    }

    /**
     * Wraps the reader of a leaf.
     *
     * @param column the column's type, or null when nothing is kept
     */
    ValueReader leaf(ValueReader raw, Schema schema, @Nullable Type column, PiiAction action) {
        boolean text = schema.getType() == Schema.Type.STRING;
        boolean bytes =
                schema.getType() == Schema.Type.BYTES && !(schema.getLogicalType() instanceof LogicalTypes.Decimal);
        if (text || bytes) {
            return (in, reuse) -> {
                int from = in.position();
                Object masked = masked(raw.read(in, null), action);
                in.splices().replaceSized(from, in.position(), content(masked));
                return column == null ? null : masked;
            };
        }
        byte[] filler = filler(schema);
        boolean holdsHash = action == PiiAction.HASH
                && (schema.getType() == Schema.Type.ENUM || schema.getType() == Schema.Type.FIXED)
                && column != null
                && column.typeId() != Type.TypeID.DECIMAL;
        return (in, reuse) -> {
            int from = in.position();
            Object value = raw.read(in, null);
            in.splices().replace(from, in.position(), filler);
            in.notRebuildable();
            return holdsHash ? masked(value, action) : null;
        };
    }

    /** Lands a redacted map as an empty one, because its keys may be personal data as well. */
    static ValueReader emptied(ValueReader raw, boolean kept) {
        return (in, reuse) -> {
            int from = in.position();
            raw.read(in, null);
            in.splices().replace(from, in.position(), new byte[1]);
            return kept ? Map.of() : null;
        };
    }

    /** The masked form of a record key; null when it is redacted. */
    byte @Nullable [] key(byte[] key) {
        PiiAction action = rules.at(BronzeColumns.KEY);
        if (action == null || action == PiiAction.KEEP) {
            return key;
        }
        return action == PiiAction.HASH ? hash().of(key, 0, key.length) : null;
    }

    /** The masked form of a text. */
    byte[] text(byte[] bytes, int from, int length, PiiAction action) {
        return action == PiiAction.HASH ? KeyedHash.hex(hash().of(bytes, from, length)) : PiiRules.redactedText();
    }

    private @Nullable Object masked(@Nullable Object value, PiiAction action) {
        if (value instanceof Utf8 text) {
            return new Utf8(text(text.getBytes(), 0, text.getByteLength(), action));
        }
        if (value instanceof ByteBuffer bytes) {
            return action == PiiAction.HASH ? ByteBuffer.wrap(hash(bytes)) : ByteBuffer.allocate(0);
        }
        return null;
    }

    private byte[] hash(ByteBuffer content) {
        byte[] bytes = new byte[content.remaining()];
        content.duplicate().get(bytes);
        return hash().of(bytes, 0, bytes.length);
    }

    private KeyedHash hash() {
        KeyedHash current = keyed;
        if (current == null) {
            current = rules.newHash();
            keyed = current;
        }
        return current;
    }

    private static byte[] content(@Nullable Object masked) {
        if (masked instanceof Utf8 text) {
            return text.getBytes();
        }
        byte[] content = new byte[masked instanceof ByteBuffer bytes ? bytes.remaining() : 0];
        if (masked instanceof ByteBuffer bytes) {
            bytes.duplicate().get(content);
        }
        return content;
    }

    /** The smallest value of a schema that has no room for text. */
    private static byte[] filler(Schema schema) {
        return switch (schema.getType()) {
            case BYTES -> AvroBytes.sized(new byte[1]);
            case FIXED -> new byte[schema.getFixedSize()];
            case FLOAT -> new byte[4];
            case DOUBLE -> new byte[8];
            case NULL -> new byte[0];
            case INT, LONG, BOOLEAN, ENUM, STRING, ARRAY, MAP, RECORD, UNION -> new byte[1];
        };
    }
}
