package dev.sluice.sink.land;

import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** One change that a table needs before it has a column for every mappable field of a writer. */
public sealed interface SchemaChange {
    /**
     * A new optional column.
     *
     * @param parent path of the struct it goes into ({@code items.element}), null for the table itself
     * @param type with placeholder field ids
     */
    record AddColumn(@Nullable String parent, String name, Type type) implements SchemaChange {}

    /** A wider type for an existing column: int to long, float to double, more decimal digits. */
    record WidenColumn(String path, Type.PrimitiveType type) implements SchemaChange {}
}
