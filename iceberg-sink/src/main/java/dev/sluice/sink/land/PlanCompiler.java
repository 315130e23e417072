package dev.sluice.sink.land;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Builds the readers of one writer schema for the columns of one table. */
final class PlanCompiler {
    private final Masks masks;
    private final boolean masking;
    private final Map<String, StructReader> skipped = new HashMap<>();
    private final Set<String> open = new HashSet<>();

    boolean masking() {
        return masking;
    }

    PlanCompiler(PiiRules rules, Masks masks) {
        this.masks = masks;
        this.masking = !rules.isEmpty();
    }

    StructReader root(Schema writer, Types.StructType table, Scope scope) {
        return struct(writer, table, FieldColumns.topLevel(writer), scope);
    }

    private StructReader struct(Schema record, Types.StructType columns, FieldColumns fields, Scope scope) {
        StructReader reader = new StructReader(columns.fields().size(), scope.missing(record));
        int count = record.getFields().size();
        String[] names = new String[count];
        int[] positions = new int[count];
        ValueReader[] readers = new ValueReader[count];
        for (Schema.Field field : record.getFields()) {
            int i = field.pos();
            Types.NestedField column = fields.landing(field, columns);
            names[i] = field.name();
            positions[i] = column == null ? -1 : columns.fields().indexOf(column);
            Scope place = scope.field(field, column == null ? null : column.name());
            readers[i] = column == null
                    ? unmapped(field.schema(), place)
                    : value(field.schema(), column.type(), place, place.checks());
        }
        reader.fields(names, positions, readers);
        return reader;
    }

    /** A reader of a value that may have a column. */
    ValueReader value(Schema schema, Type column, Scope scope, List<Check> checks) {
        return switch (schema.getType()) {
            case UNION -> {
                NullableUnion union = NullableUnion.of(schema);
                yield union == null ? unmapped(schema, scope) : nullable(schema, union, column, scope, checks);
            }
            case RECORD ->
                column instanceof Types.StructType struct
                        ? checked(struct(schema, struct, FieldColumns.nested(schema), scope), checks, column, true)
                        : unmapped(schema, scope);
            case ARRAY ->
                column instanceof Types.ListType list
                        ? list(value(schema.getElementType(), list.elementType(), scope, ofItems(checks)), schema, true)
                        : unmapped(schema, scope);
            case MAP ->
                column instanceof Types.MapType map && map.keyType().typeId() == Type.TypeID.STRING
                        ? map(schema, map, scope, checks)
                        : unmapped(schema, scope);
            default -> {
                Type.PrimitiveType type = ColumnTypes.leaf(schema);
                if (type == null || TypeFit.of(column, type) != TypeFit.FITS) {
                    yield unmapped(schema, scope);
                }
                ValueReader leaf = checked(LeafReaders.of(schema, column), checks, column, false);
                yield masked(leaf, schema, column, scope);
            }
        };
    }

    private ValueReader nullable(Schema schema, NullableUnion union, Type column, Scope scope, List<Check> checks) {
        ValueReader[] branches = new ValueReader[schema.getTypes().size()];
        branches[union.valueIndex()] = value(union.value(), column, scope, checks);
        if (union.nullIndex() >= 0) {
            ValueReader none = (in, reuse) -> null;
            for (Check check : checks) {
                if (check instanceof Check.NotNull notNull) {
                    none = Checks.notNull(none, notNull, "null");
                }
            }
            branches[union.nullIndex()] = none;
        }
        return new UnionReader(branches);
    }

    private ValueReader map(Schema schema, Types.MapType map, Scope scope, List<Check> checks) {
        if (scope.action() == PiiAction.REDACT) {
            return Masks.emptied(skip(schema, scope.unmasked()), true);
        }
        ValueReader value = value(schema.getValueType(), map.valueType(), scope, ofItems(checks));
        Schema text = Schema.create(Schema.Type.STRING);
        ValueReader key = masked(LeafReaders.of(text, map.keyType()), text, map.keyType(), scope);
        return new MapReader(key, value, true, 1 + BlockReader.fewestBytes(schema.getValueType()), masking);
    }

    private ValueReader list(ValueReader element, Schema schema, boolean kept) {
        return new ListReader(element, kept, BlockReader.fewestBytes(schema.getElementType()), masking);
    }

    private ValueReader masked(ValueReader leaf, Schema schema, @Nullable Type column, Scope scope) {
        PiiAction action = scope.action();
        return action == null || action == PiiAction.KEEP ? leaf : masks.leaf(leaf, schema, column, action);
    }

    private static ValueReader checked(ValueReader reader, List<Check> checks, Type column, boolean nested) {
        ValueReader result = reader;
        for (Check check : checks) {
            if (!nested || !(check instanceof Check.NotNull)) {
                result = Checks.after(result, check, column);
            }
        }
        return result;
    }

    /** A not_null check of a list means the list, the others mean its elements. */
    static List<Check> ofItems(List<Check> checks) {
        return checks.stream()
                .filter(check -> !(check instanceof Check.NotNull))
                .toList();
    }

    /** A reader of a value that has no column: null there, and the payload is kept. */
    ValueReader unmapped(Schema schema, Scope scope) {
        ValueReader skip = skip(schema, scope);
        ValueReader reader = schema.getType() == Schema.Type.NULL
                ? skip
                : (in, reuse) -> {
                    in.notRebuildable();
                    return skip.read(in, null);
                };
        for (Check check : scope.checks()) {
            if (check instanceof Check.NotNull notNull) {
                reader = Checks.notNull(reader, notNull, "a type that does not fit the column");
            }
        }
        return reader;
    }

    /** A reader that checks the encoding and masks personal data, but keeps nothing. */
    private ValueReader skip(Schema schema, Scope scope) {
        return switch (schema.getType()) {
            case RECORD -> skipRecord(schema, scope);
            case ARRAY -> list(skip(schema.getElementType(), scope), schema, false);
            case MAP -> {
                if (scope.action() == PiiAction.REDACT) {
                    yield Masks.emptied(skip(schema, scope.unmasked()), false);
                }
                Schema text = Schema.create(Schema.Type.STRING);
                ValueReader value = skip(schema.getValueType(), scope);
                int bytesPerItem = 1 + BlockReader.fewestBytes(schema.getValueType());
                yield new MapReader(skip(text, scope), value, false, bytesPerItem, masking);
            }
            case UNION ->
                new UnionReader(schema.getTypes().stream()
                        .map(branch -> skip(branch, scope))
                        .toArray(ValueReader[]::new));
            case NULL -> LeafReaders.skipping(schema);
            default -> {
                PiiAction action = scope.action();
                Type.PrimitiveType type = ColumnTypes.leaf(schema);
                yield action == null || action == PiiAction.KEEP || (type == null && !isBytes(schema))
                        ? LeafReaders.skipping(schema)
                        : masks.leaf(
                                type == null ? LeafReaders.skipping(schema) : LeafReaders.of(schema, type),
                                schema,
                                null,
                                action);
            }
        };
    }

    private static boolean isBytes(Schema schema) {
        return schema.getType() == Schema.Type.BYTES || schema.getType() == Schema.Type.FIXED;
    }

    /**
     * Records without rules of their own are compiled once, which is also what ends the recursion of recursive ones.
     */
    private StructReader skipRecord(Schema record, Scope scope) {
        String key = scope.rulesBelow()
                ? ""
                : record.getFullName()
                        + ' '
                        + scope.action()
                        + ' '
                        + scope.spec().pii().isEmpty();
        StructReader known = skipped.get(key);
        if (known != null) {
            if (open.contains(key)) {
                known.markRecursive();
            }
            return known;
        }
        StructReader reader = new StructReader(-1, List.of());
        if (!key.isEmpty()) {
            skipped.put(key, reader);
            open.add(key);
        }
        int count = record.getFields().size();
        String[] names = new String[count];
        int[] positions = new int[count];
        ValueReader[] readers = new ValueReader[count];
        for (Schema.Field field : record.getFields()) {
            names[field.pos()] = field.name();
            positions[field.pos()] = -1;
            readers[field.pos()] = skip(field.schema(), scope.field(field, null));
        }
        reader.fields(names, positions, readers);
        open.remove(key);
        return reader;
    }
}
