package dev.sluice.sink.land;

import org.apache.avro.Schema;

/** Looks for a field of a schema by its path, where lists, maps and unions add nothing to the path. */
final class FieldPaths {
    private FieldPaths() {}

    /** Whether a field is there by its name or an alias, for example {@code items.sku}. */
    static boolean has(Schema schema, String path) {
        return switch (schema.getType()) {
            case UNION -> schema.getTypes().stream().anyMatch(branch -> has(branch, path));
            case ARRAY -> has(schema.getElementType(), path);
            case MAP -> has(schema.getValueType(), path);
            case RECORD -> schema.getFields().stream().anyMatch(field -> has(field, path));
            default -> false;
        };
    }

    private static boolean has(Schema.Field field, String path) {
        int dot = path.indexOf('.');
        String head = dot < 0 ? path : path.substring(0, dot);
        return FieldColumns.names(field).contains(head) && (dot < 0 || has(field.schema(), path.substring(dot + 1)));
    }
}
