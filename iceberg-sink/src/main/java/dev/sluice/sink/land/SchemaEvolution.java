package dev.sluice.sink.land;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Works out how a table must change for a writer. Nothing is ever dropped, renamed, narrowed or made required. */
public final class SchemaEvolution {
    private final List<SchemaChange> changes = new ArrayList<>();
    private final Set<String> open = new HashSet<>();

    private SchemaEvolution() {}

    /**
     * The changes, empty when the table has all it needs. A field whose type does not fit its column, and a field that
     * no column type exists for, ask for nothing.
     */
    public static List<SchemaChange> changes(Types.StructType table, Schema writer) {
        SchemaEvolution evolution = new SchemaEvolution();
        if (writer.getType() == Schema.Type.RECORD) {
            evolution.struct(null, table, writer, FieldColumns.topLevel(writer));
        }
        return evolution.changes;
    }

    private void struct(@Nullable String path, Types.StructType struct, Schema record, FieldColumns fields) {
        if (!open.add(record.getFullName())) {
            return;
        }
        for (Schema.Field field : record.getFields()) {
            Types.NestedField column = fields.landing(field, struct);
            if (column != null) {
                value(path == null ? column.name() : path + '.' + column.name(), column.type(), field.schema());
            } else if (fields.nameIsFree(field, struct)) {
                Type type = new ColumnTypes(open).of(field.schema());
                if (type != null) {
                    changes.add(new SchemaChange.AddColumn(path, field.name(), type));
                }
            }
        }
        open.remove(record.getFullName());
    }

    private void value(String path, Type column, Schema schema) {
        switch (schema.getType()) {
            case UNION -> {
                NullableUnion union = NullableUnion.of(schema);
                if (union != null) {
                    value(path, column, union.value());
                }
            }
            case RECORD -> {
                if (column instanceof Types.StructType struct) {
                    struct(path, struct, schema, FieldColumns.nested(schema));
                }
            }
            case ARRAY -> {
                if (column instanceof Types.ListType list) {
                    value(path + ".element", list.elementType(), schema.getElementType());
                }
            }
            case MAP -> {
                if (column instanceof Types.MapType map) {
                    value(path + ".value", map.valueType(), schema.getValueType());
                }
            }
            default -> {
                Type.PrimitiveType type = ColumnTypes.leaf(schema);
                if (type != null && TypeFit.of(column, type) == TypeFit.WIDEN_COLUMN) {
                    changes.add(new SchemaChange.WidenColumn(path, type));
                }
            }
        }
    }
}
