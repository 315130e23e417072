package dev.sluice.sink.land;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Which column a field of a writer's record lands in: the one of its name, else the one of an alias. An alias counts
 * only when no other field of the record has it as name or alias, so that the answer can be undone when a value is
 * rebuilt.
 */
final class FieldColumns {
    private final Schema record;
    private final boolean topLevel;
    private final Map<String, Integer> claims = new HashMap<>();

    private FieldColumns(Schema record, boolean topLevel) {
        this.record = record;
        this.topLevel = topLevel;
        for (Schema.Field field : record.getFields()) {
            for (String name : names(field)) {
                claims.merge(name, 1, Integer::sum);
            }
        }
    }

    /** For the writer schema itself, whose fields share the table with our own columns. */
    static FieldColumns topLevel(Schema record) {
        return new FieldColumns(record, true);
    }

    /** For a record inside a column. */
    static FieldColumns nested(Schema record) {
        return new FieldColumns(record, false);
    }

    /** A field's name and its aliases. */
    static Set<String> names(Schema.Field field) {
        Set<String> names = new HashSet<>(field.aliases());
        names.add(field.name());
        return names;
    }

    /** The column that takes the field's values, if the struct has one. */
    Types.@Nullable NestedField landing(Schema.Field field, Types.StructType struct) {
        List<Types.NestedField> candidates = candidates(field, struct);
        return candidates.isEmpty() ? null : candidates.get(0);
    }

    /**
     * Every column that may have taken the field's values over time: an alias column first, and later one of the
     * field's own name when another writer brought it.
     */
    List<Types.NestedField> candidates(Schema.Field field, Types.StructType struct) {
        List<Types.NestedField> columns = new ArrayList<>(2);
        addColumn(columns, field.name(), struct);
        for (String alias : field.aliases()) {
            if (claims.getOrDefault(alias, 0) == 1) {
                addColumn(columns, alias, struct);
            }
        }
        return columns;
    }

    private void addColumn(List<Types.NestedField> columns, String name, Types.StructType struct) {
        Types.NestedField column = struct.field(name);
        if (column != null && !(topLevel && BronzeColumns.reserved(name))) {
            columns.add(column);
        }
    }

    /**
     * Whether a column of the field's name can be added. Names that differ only in case cannot live together, because
     * most engines ignore case.
     */
    boolean nameIsFree(Schema.Field field, Types.StructType struct) {
        if (topLevel && BronzeColumns.reserved(field.name())) {
            return false;
        }
        for (Schema.Field other : record.getFields()) {
            if (other.pos() < field.pos() && other.name().equalsIgnoreCase(field.name())) {
                return false;
            }
        }
        String lower = field.name().toLowerCase(Locale.ROOT);
        return struct.fields().stream()
                .noneMatch(column -> column.name().toLowerCase(Locale.ROOT).equals(lower));
    }
}
