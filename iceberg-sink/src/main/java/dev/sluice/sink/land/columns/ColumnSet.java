package dev.sluice.sink.land.columns;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.parquet.schema.MessageType;

/**
 * All columns of a table schema. Values of one record are added to its nodes in any order, each node exactly once; then
 * the record is either kept, by {@link ColumnFile#endRow}, or taken back. Good for one file after the other; used by
 * one thread.
 */
public final class ColumnSet implements AutoCloseable {
    private static final String SCHEMA_KEY = "iceberg.schema";

    private final Schema schema;
    private final WriteSettings settings;
    private final MessageType type;
    private final List<ColumnNode> nodes;
    private final Column[] columns;
    private final PageMaker maker;

    /** @throws IllegalStateException unless the schema is {@linkplain #supports supported} */
    public ColumnSet(Schema schema, WriteSettings settings) {
        this.schema = schema;
        this.settings = settings;
        this.type = ParquetSchemaUtil.convert(schema, "table");
        ColumnTree.Built built = ColumnTree.of(schema.asStruct(), type, settings.dictionaryBytes());
        this.nodes = built.nodes();
        this.columns = built.columns().toArray(Column[]::new);
        this.maker = new PageMaker(settings.level());
    }

    /**
     * Whether the columns of a schema can be written here.
     *
     * @param required names of top-level columns that always get a value
     */
    public static boolean supports(Schema schema, Predicate<String> required) {
        return ColumnTree.supports(schema.asStruct(), required);
    }

    /** The top-level columns, in the order of the schema. */
    public List<ColumnNode> nodes() {
        return nodes;
    }

    /** Begins a record. */
    public void mark() {
        for (Column column : columns) {
            column.mark();
        }
    }

    /** Takes the record back that was begun, whatever of it is there. */
    public void rollback() {
        for (Column column : columns) {
            column.rollback();
        }
    }

    /**
     * Begins a file: whatever is here of an earlier one is forgotten.
     *
     * @param withoutDictionary full names of columns for which no dictionary is tried
     */
    public void start(Set<String> withoutDictionary) {
        for (Column column : columns) {
            String name = name(column);
            column.start(settings.dictionaries().getOrDefault(name, !withoutDictionary.contains(name)));
        }
    }

    String name(Column column) {
        return schema.findColumnName(column.type().getId().intValue());
    }

    Column[] columns() {
        return columns;
    }

    MessageType type() {
        return type;
    }

    WriteSettings settings() {
        return settings;
    }

    PageMaker maker() {
        return maker;
    }

    Map<String, String> fileProperties() {
        return Map.of(SCHEMA_KEY, SchemaParser.toJson(schema));
    }

    /** Frees what is not on the heap. */
    @Override
    public void close() {
        maker.close();
    }
}
