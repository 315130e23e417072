package dev.sluice.sink.land;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Takes one value apart for a person to look at, as strictly as landing reads it, but keeping what was read before the
 * bytes went wrong. Values that a rule for personal data covers are shown as {@link #MASKED}.
 */
public final class ValueInspector {
    /** What stands for a masked value. */
    public static final String MASKED = "[masked]";

    private final AvroInput in;
    private final List<PartialValue.Bytes> masked = new ArrayList<>();

    private ValueInspector(LandingSpec spec) {
        this.in = new AvroInput(spec);
    }

    /**
     * Reads a value by its writer's schema.
     *
     * @param value as it came, framing included
     * @param from where the Avro bytes start
     * @param spec the rules for personal data and the size limits
     */
    public static PartialValue inspect(Schema writer, byte[] value, int from, LandingSpec spec) {
        return new ValueInspector(spec).read(writer, value, from, Scope.root(spec));
    }

    private PartialValue read(Schema writer, byte[] value, int from, Scope scope) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        if (writer.getType() != Schema.Type.RECORD) {
            return new PartialValue(
                    fields,
                    from,
                    new Landed.Rejected(
                            RejectReason.UNMAPPABLE_SCHEMA,
                            "expected a writer schema of type record, found " + writer.getType()),
                    masked);
        }
        in.reset(value, from);
        try {
            record(writer, scope, fields);
        } catch (MalformedValue e) {
            return new PartialValue(fields, e.at(), e.rejected(), masked);
        }
        Landed.Rejected trailing = in.remaining() == 0
                ? null
                : new Landed.Rejected(
                        RejectReason.TRAILING_BYTES,
                        "byte " + in.position() + ": expected the end, found " + in.remaining() + " more bytes");
        return new PartialValue(fields, in.position(), trailing, masked);
    }

    private void record(Schema schema, Scope scope, Map<String, @Nullable Object> into) throws MalformedValue {
        in.enterRecursion();
        for (Schema.Field field : schema.getFields()) {
            try {
                value(field.schema(), scope.field(field, null), read -> into.put(field.name(), read));
            } catch (MalformedValue e) {
                throw e.inField(field.name());
            }
        }
        in.leaveRecursion();
    }

    /** Hands containers over before they are filled, so that what was read of them stays. */
    private void value(Schema schema, Scope scope, Consumer<@Nullable Object> place) throws MalformedValue {
        boolean hidden = scope.action() != null && scope.action() != PiiAction.KEEP;
        switch (schema.getType()) {
            case UNION -> {
                List<Schema> branches = schema.getTypes();
                value(branches.get(in.readIndex(branches.size(), "a union branch")), scope, place);
            }
            case RECORD -> {
                Map<String, @Nullable Object> fields = new LinkedHashMap<>();
                place.accept(fields);
                record(schema, scope, fields);
            }
            case ARRAY -> {
                List<@Nullable Object> items = new ArrayList<>();
                place.accept(items);
                items(schema.getElementType(), 0, () -> value(schema.getElementType(), scope, items::add));
            }
            case MAP -> map(schema, scope, place, hidden);
            default -> {
                int start = in.position();
                try {
                    Object leaf = leaf(schema);
                    place.accept(hidden && leaf != null ? MASKED : leaf);
                } finally {
                    if (hidden) {
                        masked.add(new PartialValue.Bytes(start, in.position()));
                    }
                }
            }
        }
    }

    /** The keys of a masked map may be personal data as well, so none of it is shown. */
    private void map(Schema schema, Scope scope, Consumer<@Nullable Object> place, boolean hidden)
            throws MalformedValue {
        int start = in.position();
        Map<String, @Nullable Object> entries = new LinkedHashMap<>();
        place.accept(hidden ? MASKED : entries);
        try {
            items(schema.getValueType(), 1, () -> {
                String key = in.readText(null).toString();
                value(schema.getValueType(), scope, read -> entries.put(key, read));
            });
        } finally {
            if (hidden) {
                masked.add(new PartialValue.Bytes(start, in.position()));
            }
        }
    }

    @FunctionalInterface
    private interface Item {
        void read() throws MalformedValue;
    }

    private void items(Schema schema, int keyBytes, Item item) throws MalformedValue {
        int done = 0;
        while (true) {
            int header = in.position();
            long count = in.readLong();
            if (count == 0) {
                return;
            }
            if (count < 0) {
                count = -count;
                in.readLong();
            }
            if (count < 0) {
                throw in.corrupt(header, "an item count", "the smallest of all numbers");
            }
            in.expectItems(count, keyBytes + BlockReader.fewestBytes(schema));
            for (long i = 0; i < count; i++) {
                try {
                    item.read();
                } catch (MalformedValue e) {
                    throw e.inItem(done);
                }
                done++;
            }
        }
    }

    private @Nullable Object leaf(Schema schema) throws MalformedValue {
        return switch (schema.getType()) {
            case NULL -> null;
            case BOOLEAN -> in.readBoolean();
            case INT -> in.readInt();
            case LONG -> in.readLong();
            case FLOAT -> in.readFloat();
            case DOUBLE -> in.readDouble();
            case STRING -> in.readText(null).toString();
            case ENUM ->
                schema.getEnumSymbols().get(in.readIndex(schema.getEnumSymbols().size(), "an enum symbol"));
            case BYTES -> copy(in.readBytes());
            case FIXED -> copy(in.readFixed(schema.getFixedSize()));
            case RECORD, ARRAY, MAP, UNION -> throw new IllegalStateException("not a leaf: " + schema.getType());
        };
    }

    private static byte[] copy(ByteBuffer view) {
        byte[] bytes = new byte[view.remaining()];
        view.get(bytes);
        return bytes;
    }
}
