package dev.sluice.embedded.trino;

import static org.apache.iceberg.types.Types.NestedField.optional;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** A model of columns of every type. A nested one is counted: the engines write nested types in different ways. */
final class TypedModel {
    private static final Types.StructType ITEM = Types.StructType.of(
            optional(21, "sku", Types.StringType.get()),
            optional(22, "quantity", Types.IntegerType.get()),
            optional(23, "unlisted", Types.StringType.get()));
    private static final Schema EVENTS = new Schema(
            optional(1, "id", Types.LongType.get()),
            optional(2, "flag", Types.BooleanType.get()),
            optional(3, "small", Types.IntegerType.get()),
            optional(4, "ratio", Types.DoubleType.get()),
            optional(5, "day", Types.DateType.get()),
            optional(6, "wall", Types.TimestampType.withoutZone()),
            optional(7, "seen", Types.TimestampType.withZone()),
            optional(8, "price", Types.DecimalType.of(12, 2)),
            optional(9, "bytes", Types.BinaryType.get()),
            optional(10, "items", Types.ListType.ofOptional(20, ITEM)),
            optional(11, "labels", Types.MapType.ofOptional(24, 25, Types.StringType.get(), Types.IntegerType.get())));
    private static final List<String> COLUMNS = List.of(
            "flag boolean",
            "small bigint",
            "ratio double",
            "day date",
            "wall timestamp",
            "seen timestamptz",
            "price decimal(12,2)",
            "bytes varbinary",
            "items array(row(sku varchar, quantity integer))",
            "labels map(varchar, integer)",
            "later varchar");

    private TypedModel() {}

    static void write(Path folder, String name) throws IOException {
        StringBuilder source = new StringBuilder("          - {name: id, data_type: bigint}\n");
        StringBuilder declared = new StringBuilder(source);
        StringBuilder select = new StringBuilder("SELECT CAST(id AS bigint) AS id");
        for (String column : COLUMNS) {
            String[] parts = column.split(" ", 2);
            boolean nested = parts[1].contains("(") && !parts[1].startsWith("decimal");
            String line = "          - {name: %s, data_type: \"%s\"}%n";
            source.append(line.formatted(parts[0], parts[1]));
            declared.append(line.formatted(parts[0], nested ? "bigint" : parts[1]));
            select.append(", CAST(%1$s AS %2$s) AS %3$s"
                    .formatted(
                            nested ? "cardinality(%s)".formatted(parts[0]) : parts[0],
                            nested ? "bigint" : cast(parts[1]),
                            parts[0]));
        }
        Files.createDirectories(folder.resolve(name + "_raw"));
        Files.createDirectories(folder.resolve(name));
        Files.writeString(folder.resolve(name + "_raw/schema.yml"), """
                sources:
                  - name: %s_raw
                    tables:
                      - name: events
                        columns:
                %s""".formatted(name, source));
        Files.writeString(folder.resolve(name + "/schema.yml"), """
                models:
                  - name: typed
                    config: {materialized: incremental, incremental: delta, unique_key: id, order_by: seen}
                    columns:
                %s""".formatted(declared));
        Files.writeString(
                folder.resolve(name + "/typed.sql"), "%s FROM {{ ref('%s_raw.events') }}".formatted(select, name));
    }

    private static String cast(String type) {
        return switch (type) {
            case "timestamptz" -> "timestamp with time zone";
            case "varbinary" -> "blob";
            default -> type;
        };
    }

    static void land(Catalog catalog, String name) {
        IcebergRows events = IcebergRows.create(catalog, TableIdentifier.of(name + "_raw", "events"), EVENTS);
        Map<String, Object> full = new HashMap<>();
        full.put("id", 1L);
        full.put("flag", true);
        full.put("small", 7);
        full.put("ratio", 0.1);
        full.put("day", LocalDate.parse("2026-03-14"));
        full.put("wall", LocalDateTime.parse("2026-03-14T12:00:00.123457"));
        full.put("seen", OffsetDateTime.parse("2026-03-14T12:00:00.123457Z"));
        full.put("price", new BigDecimal("12.50"));
        full.put("bytes", ByteBuffer.wrap(new byte[] {0, -1}));
        full.put("items", Arrays.asList(item("a", 2), null, item(null, 1)));
        full.put("labels", Map.of("b", 1, "a", 2));
        Map<String, Object> older = new HashMap<>(full);
        older.put("seen", OffsetDateTime.parse("2026-03-14T12:00:00.123456Z"));
        older.put("small", 8);
        events.append("one", List.of(older, full, Map.of("id", 2L)));
    }

    private static Record item(@Nullable String sku, int quantity) {
        Record item = GenericRecord.create(ITEM);
        item.setField("sku", sku);
        item.setField("quantity", quantity);
        item.setField("unlisted", "x");
        return item;
    }

    static List<String> rows(Catalog catalog, String name) {
        return new IcebergRows(catalog.loadTable(TableIdentifier.of(name, "typed")))
                .read().stream().map(TypedModel::text).sorted().toList();
    }

    private static String text(Record row) {
        Map<String, Object> fields = new TreeMap<>();
        for (Types.NestedField field : row.struct().fields()) {
            Object value = row.getField(field.name());
            if (value instanceof Map<?, ?> map) {
                value = new TreeMap<>(map).toString();
            } else if (value instanceof ByteBuffer bytes) {
                value = List.of(bytes.get(0), bytes.get(1));
            }
            if (!field.name().equals("_pos")) {
                fields.put(field.name(), value);
            }
        }
        return fields.toString();
    }
}
