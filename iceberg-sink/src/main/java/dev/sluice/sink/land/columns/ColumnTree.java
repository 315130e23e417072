package dev.sluice.sink.land.columns;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.MessageType;

/** Builds the columns of a table schema, with their levels, in Parquet's order. */
final class ColumnTree {
    private final Iterator<ColumnDescriptor> descriptors;
    private final int dictionaryBytes;
    private final List<Column> columns = new ArrayList<>();

    private ColumnTree(MessageType type, int dictionaryBytes) {
        this.descriptors = type.getColumns().iterator();
        this.dictionaryBytes = dictionaryBytes;
    }

    /** The trees of the top-level columns, and all leaves. */
    record Built(List<ColumnNode> nodes, List<Column> columns) {}

    static Built of(Types.StructType table, MessageType type, int dictionaryBytes) {
        ColumnTree tree = new ColumnTree(type, dictionaryBytes);
        List<ColumnNode> nodes = tree.fields(table, 0, 0);
        return new Built(nodes, List.copyOf(tree.columns));
    }

    /**
     * Whether columns of this type can be written: what they hold is known, and everything that is not one of
     * {@code required} or a key of a map may be null.
     */
    static boolean supports(Types.StructType table, Predicate<String> required) {
        return table.fields().stream()
                .allMatch(field -> (field.isOptional() || required.test(field.name())) && supports(field.type()));
    }

    private static boolean supports(Type type) {
        return switch (type.typeId()) {
            case BOOLEAN, INTEGER, LONG, FLOAT, DOUBLE, DATE, TIME, TIMESTAMP, STRING, UUID, FIXED, BINARY, DECIMAL ->
                true;
            case STRUCT -> !type.asStructType().fields().isEmpty() && supports(type.asStructType(), name -> false);
            case LIST ->
                type.asListType().isElementOptional()
                        && supports(type.asListType().elementType());
            case MAP ->
                type.asMapType().isValueOptional()
                        && supports(type.asMapType().keyType())
                        && supports(type.asMapType().valueType());
            default -> false;
        };
    }

    private List<ColumnNode> fields(Types.StructType struct, int def, int rep) {
        List<ColumnNode> nodes = new ArrayList<>();
        for (Types.NestedField field : struct.fields()) {
            nodes.add(node(field.type(), field.isOptional() ? def + 1 : def, rep));
        }
        return nodes;
    }

    private ColumnNode node(Type type, int def, int rep) {
        if (type instanceof Types.StructType struct) {
            return new ColumnNode.Group(fields(struct, def, rep), def);
        }
        if (type instanceof Types.ListType list) {
            return new ColumnNode.Repeated(node(list.elementType(), def + 2, rep + 1), def, rep + 1);
        }
        if (type instanceof Types.MapType map) {
            ColumnNode key = node(map.keyType(), def + 1, rep + 1);
            return new ColumnNode.Entries(key, node(map.valueType(), def + 2, rep + 1), def, rep + 1);
        }
        ColumnDescriptor descriptor = descriptors.next();
        if (descriptor.getMaxDefinitionLevel() != def || descriptor.getMaxRepetitionLevel() != rep) {
            throw new IllegalStateException("levels of " + descriptor + ", expected " + rep + " and " + def);
        }
        Column column = Column.of(descriptor, dictionaryBytes);
        columns.add(column);
        return new ColumnNode.Leaf(column, def);
    }
}
