package dev.sluice.sink.audit;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Which columns may hold the values of a writer's field: the one of its name, and those of aliases that only it has.
 */
final class RecordFields {
    private RecordFields() {}

    static List<Types.NestedField> columns(
            Schema record, Schema.Field field, Types.StructType struct, boolean topLevel) {
        List<Types.NestedField> columns = new ArrayList<>(1);
        add(columns, struct, field.name(), topLevel);
        for (String alias : field.aliases()) {
            if (record.getFields().stream()
                            .filter(other -> names(other).contains(alias))
                            .count()
                    == 1) {
                add(columns, struct, alias, topLevel);
            }
        }
        return columns;
    }

    /** The one branch of a union that is not null; null when there are several or none. */
    static @Nullable Schema only(Schema union) {
        List<Schema> branches = union.getTypes().stream()
                .filter(branch -> branch.getType() != Schema.Type.NULL)
                .toList();
        return branches.size() == 1 ? branches.get(0) : null;
    }

    /** Whether a column says something of the row and not of the record's value. */
    static boolean ours(String column) {
        String name = column.toLowerCase(Locale.ROOT);
        return name.startsWith("_kafka_")
                || Set.of("_schema_id", "_payload", "_ingested_at").contains(name)
                || MetadataColumns.isMetadataColumn(name);
    }

    private static Set<String> names(Schema.Field field) {
        Set<String> names = new HashSet<>(field.aliases());
        names.add(field.name());
        return names;
    }

    private static void add(List<Types.NestedField> columns, Types.StructType struct, String name, boolean topLevel) {
        Types.NestedField column = topLevel && ours(name) ? null : struct.field(name);
        if (column != null) {
            columns.add(column);
        }
    }
}
