package dev.sluice.sink.land;

import dev.sluice.sink.land.columns.ColumnNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Builds the transcoders of one writer schema for the columns of one table. They accept, reject and mask exactly what
 * the readers of {@link PlanCompiler} do, which also stand in wherever there is no faster way.
 */
final class TranscoderCompiler {
    private final PlanCompiler plain;
    private final LeafTranscoders leaves;

    TranscoderCompiler(PlanCompiler plain, Masks masks) {
        this.plain = plain;
        this.leaves = new LeafTranscoders(masks);
    }

    StructTranscoder root(Schema writer, Types.StructType table, List<ColumnNode> nodes, Scope scope) {
        return struct(writer, table, nodes, 0, FieldColumns.topLevel(writer), scope, true);
    }

    private StructTranscoder struct(
            Schema record,
            Types.StructType columns,
            List<ColumnNode> nodes,
            int def,
            FieldColumns fields,
            Scope scope,
            boolean topLevel) {
        List<String> names = new ArrayList<>();
        List<Transcoder> transcoders = new ArrayList<>();
        Set<Types.NestedField> filled = new HashSet<>();
        for (Schema.Field field : record.getFields()) {
            Types.NestedField column = fields.landing(field, columns);
            Scope place = scope.field(field, column == null ? null : column.name());
            names.add(field.name());
            if (column == null || !filled.add(column)) {
                ValueReader reader = plain.unmapped(field.schema(), place);
                transcoders.add((in, rep) -> reader.read(in, null));
            } else {
                ColumnNode node = nodes.get(columns.fields().indexOf(column));
                transcoders.add(value(field.schema(), column.type(), node, place, place.checks()));
            }
        }
        List<ColumnNode> absent = new ArrayList<>();
        for (Types.NestedField column : columns.fields()) {
            if (!filled.contains(column) && !(topLevel && BronzeColumns.ours(column.name()))) {
                absent.add(nodes.get(columns.fields().indexOf(column)));
            }
        }
        return new StructTranscoder(names, transcoders, absent, def, scope.missing(record));
    }

    private Transcoder value(Schema schema, Type column, ColumnNode node, Scope scope, List<Check> checks) {
        Transcoder fast = switch (schema.getType()) {
            case UNION -> nullable(schema, column, node, scope, checks);
            case RECORD -> record(schema, column, node, scope, checks);
            case ARRAY -> list(schema, column, node, scope, checks);
            case MAP, NULL -> null;
            default -> leaf(schema, column, node, scope, checks);
        };
        return fast == null ? new PlayedTranscoder(plain.value(schema, column, scope, checks), node) : fast;
    }

    private @Nullable Transcoder nullable(
            Schema schema, Type column, ColumnNode node, Scope scope, List<Check> checks) {
        NullableUnion union = NullableUnion.of(schema);
        if (union == null) {
            return null;
        }
        String detail = null;
        for (Check check : checks) {
            if (detail == null && check instanceof Check.NotNull notNull) {
                detail = Checks.nullFound(notNull, "null");
            }
        }
        Transcoder value = value(union.value(), column, node, scope, checks);
        return new NullableTranscoder(node, value, union, schema.getTypes().size(), detail);
    }

    private @Nullable Transcoder record(Schema schema, Type column, ColumnNode node, Scope scope, List<Check> checks) {
        return column instanceof Types.StructType struct
                        && node instanceof ColumnNode.Group group
                        && checks.stream().allMatch(Check.NotNull.class::isInstance)
                ? struct(schema, struct, group.fields(), group.def(), FieldColumns.nested(schema), scope, false)
                : null;
    }

    private @Nullable Transcoder list(Schema schema, Type column, ColumnNode node, Scope scope, List<Check> checks) {
        if (!(column instanceof Types.ListType list) || !(node instanceof ColumnNode.Repeated repeated)) {
            return null;
        }
        Schema items = schema.getElementType();
        Transcoder element = value(items, list.elementType(), repeated.element(), scope, PlanCompiler.ofItems(checks));
        return new ListTranscoder(repeated, element, BlockReader.fewestBytes(items), plain.masking());
    }

    private @Nullable Transcoder leaf(Schema schema, Type column, ColumnNode node, Scope scope, List<Check> checks) {
        Type.PrimitiveType type = ColumnTypes.leaf(schema);
        return type != null && TypeFit.of(column, type) == TypeFit.FITS && node instanceof ColumnNode.Leaf leaf
                ? leaves.of(schema, column, leaf.column(), scope.action(), checks)
                : null;
    }
}
