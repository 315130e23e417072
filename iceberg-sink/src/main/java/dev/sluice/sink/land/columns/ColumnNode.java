package dev.sluice.sink.land.columns;

import java.util.List;
import java.util.Map;
import org.apache.iceberg.StructLike;
import org.jspecify.annotations.Nullable;

/**
 * A place in the tree of a table's columns. Values go in by their repetition level: that of the innermost list in which
 * they are not the first, 0 outside of lists.
 */
public sealed interface ColumnNode {
    /** The definition level of a value that is there. */
    int def();

    /** Adds null to every column below; {@code def} is the level of the last thing that is there. */
    void addNull(int rep, int def);

    /** Adds a value in Iceberg's internal representation, text as {@code Utf8}. */
    void add(Object value, int rep);

    /** Adds a value that may be null inside of something at level {@code parentDef}. */
    default void addNullable(@Nullable Object value, int rep, int parentDef) {
        if (value == null) {
            addNull(rep, parentDef);
        } else {
            add(value, rep);
        }
    }

    /** A column that holds values. */
    record Leaf(Column column, int def) implements ColumnNode {
        @Override
        public void addNull(int rep, int level) {
            column.addNull(rep, level);
        }

        @Override
        public void add(Object value, int rep) {
            column.add(value, rep);
        }
    }

    /** A struct. */
    record Group(List<ColumnNode> fields, int def) implements ColumnNode {
        public Group {
            fields = List.copyOf(fields);
        }

        @Override
        public void addNull(int rep, int level) {
            for (ColumnNode field : fields) {
                field.addNull(rep, level);
            }
        }

        @Override
        public void add(Object value, int rep) {
            StructLike row = (StructLike) value;
            for (int i = 0; i < fields.size(); i++) {
                fields.get(i).addNullable(row.get(i, Object.class), rep, def);
            }
        }
    }

    /**
     * A list.
     *
     * @param repeated repetition level of every element but the first
     */
    record Repeated(ColumnNode element, int def, int repeated) implements ColumnNode {
        @Override
        public void addNull(int rep, int level) {
            element.addNull(rep, level);
        }

        @Override
        public void add(Object value, int rep) {
            List<?> list = (List<?>) value;
            if (list.isEmpty()) {
                element.addNull(rep, def);
            }
            for (int i = 0; i < list.size(); i++) {
                element.addNullable(list.get(i), i == 0 ? rep : repeated, def + 1);
            }
        }
    }

    /**
     * A map, whose keys are never null.
     *
     * @param repeated repetition level of every entry but the first
     */
    record Entries(ColumnNode key, ColumnNode value, int def, int repeated) implements ColumnNode {
        @Override
        public void addNull(int rep, int level) {
            key.addNull(rep, level);
            value.addNull(rep, level);
        }

        @Override
        public void add(Object entries, int rep) {
            Map<?, ?> map = (Map<?, ?>) entries;
            if (map.isEmpty()) {
                addNull(rep, def);
            }
            int level = rep;
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                key.add(entry.getKey(), level);
                value.addNullable(entry.getValue(), level, def + 1);
                level = repeated;
            }
        }
    }
}
