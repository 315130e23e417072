package dev.sluice.sink.audit;

import dev.sluice.sink.audit.ImageText.Hidden;
import dev.sluice.sink.audit.ImageText.Members;
import dev.sluice.sink.land.PiiAction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** What the columns of a row do hold, by the fields of the writer that it came from. */
final class LandedColumns {
    private final Set<PiiAction> hidden;

    /** @param hidden what is under these rules is left out */
    LandedColumns(Set<PiiAction> hidden) {
        this.hidden = hidden;
    }

    /** By name of the writer's field; columns that no field has are there with what they hold. */
    Map<String, @Nullable Object> struct(
            Schema writer, StructLike row, Types.StructType struct, boolean topLevel, MaskedPlace place) {
        Map<String, @Nullable Object> members = new HashMap<>();
        Set<Integer> known = new HashSet<>();
        for (Schema.Field field : writer.getFields()) {
            Types.NestedField holder = null;
            for (Types.NestedField column : RecordFields.columns(writer, field, struct, topLevel)) {
                if (holder == null || at(row, struct, holder) == null) {
                    holder = column;
                }
            }
            if (holder != null) {
                known.add(holder.fieldId());
                members.put(
                        field.name(),
                        value(field.schema(), at(row, struct, holder), holder.type(), place.field(field)));
            }
        }
        for (Types.NestedField column : struct.fields()) {
            if (!known.contains(column.fieldId()) && !(topLevel && RecordFields.ours(column.name()))) {
                Object stray = at(row, struct, column);
                if (stray != null) {
                    members.put(column.name() + ", which the record does not have", plain(column.type(), stray));
                }
            }
        }
        return members;
    }

    private static @Nullable Object at(StructLike row, Types.StructType struct, Types.NestedField column) {
        return row.get(struct.fields().indexOf(column), Object.class);
    }

    private @Nullable Object value(Schema schema, @Nullable Object value, Type column, MaskedPlace place) {
        return switch (schema.getType()) {
            case NULL -> plain(column, value);
            case UNION -> {
                Schema only = RecordFields.only(schema);
                yield only == null || (value == null && !hides(only, place))
                        ? plain(column, value)
                        : value(only, value, column, place);
            }
            case RECORD ->
                column instanceof Types.StructType struct && value instanceof StructLike row
                        ? new Members(struct(schema, row, struct, false, place))
                        : plain(column, value);
            case ARRAY ->
                column instanceof Types.ListType list && value instanceof List<?> items
                        ? items.stream()
                                .collect(
                                        ArrayList::new,
                                        (all, item) -> all.add(
                                                value(schema.getElementType(), item, list.elementType(), place)),
                                        ArrayList::addAll)
                        : plain(column, value);
            case MAP -> map(schema, value, column, place);
            default -> hides(schema, place) ? Hidden.HERE : plain(column, value);
        };
    }

    private @Nullable Object map(Schema schema, @Nullable Object value, Type column, MaskedPlace place) {
        if (!(column instanceof Types.MapType map) || map.keyType().typeId() != Type.TypeID.STRING) {
            return plain(column, value);
        }
        if (hides(schema, place)) {
            return Hidden.HERE;
        }
        if (!(value instanceof Map<?, ?> entries)) {
            return null;
        }
        Map<Object, @Nullable Object> values = new LinkedHashMap<>();
        entries.forEach((key, entry) ->
                values.put(key.toString(), value(schema.getValueType(), entry, map.valueType(), place)));
        return values;
    }

    private boolean hides(Schema schema, MaskedPlace place) {
        return hidden.contains(place.action())
                && schema.getType() != Schema.Type.RECORD
                && schema.getType() != Schema.Type.ARRAY;
    }

    /** As it is, whatever the record has. */
    private static @Nullable Object plain(Type column, @Nullable Object value) {
        if (value instanceof StructLike row && column instanceof Types.StructType struct) {
            Map<String, @Nullable Object> members = new HashMap<>();
            struct.fields().forEach(field -> members.put(field.name(), plain(field.type(), at(row, struct, field))));
            return new Members(members);
        }
        if (value instanceof List<?> items && column instanceof Types.ListType list) {
            List<@Nullable Object> values = new ArrayList<>();
            items.forEach(item -> values.add(plain(list.elementType(), item)));
            return values;
        }
        if (value instanceof Map<?, ?> entries && column instanceof Types.MapType map) {
            Map<Object, @Nullable Object> values = new LinkedHashMap<>();
            entries.forEach((key, entry) -> values.put(key.toString(), plain(map.valueType(), entry)));
            return values;
        }
        return value;
    }
}
