package dev.sluice.sink.audit;

import dev.sluice.sink.audit.ImageText.Hidden;
import dev.sluice.sink.audit.ImageText.Members;
import dev.sluice.sink.land.PiiAction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** What the columns must hold of a record that Avro's own reader has read: null where its type does not fit them. */
final class SentColumns {
    private static final Schema TEXT = Schema.create(Schema.Type.STRING);

    private final ExpectedMasks masks;
    private final Set<PiiAction> hidden;

    /** @param hidden what is under these rules is left out */
    SentColumns(ExpectedMasks masks, Set<PiiAction> hidden) {
        this.masks = masks;
        this.hidden = hidden;
    }

    /** By name of the writer's field. */
    Map<String, @Nullable Object> record(
            Schema writer, IndexedRecord record, Types.StructType struct, boolean topLevel, MaskedPlace place) {
        Map<String, @Nullable Object> members = new HashMap<>();
        for (Schema.Field field : writer.getFields()) {
            List<Types.NestedField> columns = RecordFields.columns(writer, field, struct, topLevel);
            if (!columns.isEmpty()) {
                Type column = columns.get(0).type();
                members.put(field.name(), value(field.schema(), record.get(field.pos()), column, place.field(field)));
            }
        }
        return members;
    }

    private @Nullable Object value(Schema schema, @Nullable Object value, Type column, MaskedPlace place) {
        return switch (schema.getType()) {
            case NULL -> null;
            case UNION -> {
                Schema only = RecordFields.only(schema);
                yield only == null || (value == null && !hides(only, place)) ? null : value(only, value, column, place);
            }
            case RECORD ->
                column instanceof Types.StructType struct && value instanceof IndexedRecord record
                        ? new Members(record(schema, record, struct, false, place))
                        : null;
            case ARRAY ->
                column instanceof Types.ListType list && value instanceof Iterable<?> items
                        ? list(schema.getElementType(), items, list.elementType(), place)
                        : null;
            case MAP ->
                column instanceof Types.MapType map && map.keyType().typeId() == Type.TypeID.STRING
                        ? map(schema, value, map, place)
                        : null;
            default -> leaf(schema, value, column, place);
        };
    }

    private List<@Nullable Object> list(Schema schema, Iterable<?> items, Type column, MaskedPlace place) {
        List<@Nullable Object> values = new ArrayList<>();
        items.forEach(item -> values.add(value(schema, item, column, place)));
        return values;
    }

    private @Nullable Object map(Schema schema, @Nullable Object value, Types.MapType map, MaskedPlace place) {
        if (hides(schema, place)) {
            return Hidden.HERE;
        }
        if (!(value instanceof Map<?, ?> entries)) {
            return null;
        }
        Map<Object, @Nullable Object> values = new LinkedHashMap<>();
        if (place.action() != PiiAction.REDACT) {
            entries.forEach((key, entry) -> {
                Object name = leaf(TEXT, key, map.keyType(), place);
                if (name != null) {
                    values.put(name, value(schema.getValueType(), entry, map.valueType(), place));
                }
            });
        }
        return values;
    }

    private @Nullable Object leaf(Schema schema, @Nullable Object value, Type column, MaskedPlace place) {
        if (hides(schema, place)) {
            return Hidden.HERE;
        }
        Object fitting = value == null ? null : ColumnLeaf.of(schema, value, column);
        return place.action() == PiiAction.KEEP ? fitting : masks.column(schema, place.action(), fitting);
    }

    private boolean hides(Schema schema, MaskedPlace place) {
        return hidden.contains(place.action())
                && schema.getType() != Schema.Type.RECORD
                && schema.getType() != Schema.Type.ARRAY;
    }
}
