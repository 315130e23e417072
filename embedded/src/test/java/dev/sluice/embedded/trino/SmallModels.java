package dev.sluice.embedded.trino;

import static org.apache.iceberg.types.Types.NestedField.optional;

import dev.sluice.sink.model.Model;
import dev.sluice.sink.model.ModelSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;

/** A source of events, the newest state per id, and a sum per kind, in namespaces of their own. */
final class SmallModels {
    private static final Schema EVENTS = new Schema(
            optional(1, "id", Types.StringType.get()),
            optional(2, "kind", Types.StringType.get()),
            optional(3, "version", Types.IntegerType.get()),
            optional(4, "amount", Types.LongType.get()),
            optional(5, "at", Types.TimestampType.withZone()),
            optional(6, "_kafka_topic", Types.StringType.get()),
            optional(7, "_kafka_partition", Types.IntegerType.get()),
            optional(8, "_kafka_offset", Types.LongType.get()));

    private static final OffsetDateTime NOON = OffsetDateTime.parse("2026-03-14T12:00:00.000001Z");

    private final Catalog catalog;
    private final String name;
    private final Path folder;
    private final IcebergRows events;
    private long offset;

    private SmallModels(Catalog catalog, String name, Path folder) {
        this.catalog = catalog;
        this.name = name;
        this.folder = folder;
        this.events = IcebergRows.create(catalog, TableIdentifier.of(name + "_raw", "events"), EVENTS);
    }

    /**
     * Writes the models.
     *
     * @param config more of the first one's configuration
     * @param tests of its table
     */
    static SmallModels create(Catalog catalog, String name, Path folder, String config, String tests)
            throws IOException {
        SmallModels models = new SmallModels(catalog, name, folder);
        models.write(name + "_raw/schema.yml", """
                sources:
                  - name: %s_raw
                    tables:
                      - name: events
                        columns:
                          - {name: id, data_type: varchar}
                          - {name: kind, data_type: varchar}
                          - {name: version, data_type: integer}
                          - {name: amount, data_type: bigint}
                          - {name: at, data_type: timestamptz}
                """.formatted(name));
        models.tests(config, tests);
        models.write(name + "/items.sql", """
                WITH events AS (SELECT * FROM {{ ref('%s_raw.events') }})
                SELECT CAST(events.id AS varchar) AS id, CAST(events.kind AS varchar) AS kind,
                    CAST(version AS integer) AS version, CAST(amount AS bigint) AS amount,
                    CAST(events.at AS timestamp with time zone) AS first_at
                FROM events -- the newest wins
                """.formatted(name));
        models.write(name + "/by_kind.sql", """
                SELECT CAST(kind AS varchar) AS kind, CAST(count(*) AS bigint) AS items,
                    CAST(sum(amount) AS bigint) AS amount
                FROM {{ ref('%s.items') }} WHERE kind IS NOT NULL GROUP BY kind
                """.formatted(name));
        return models;
    }

    /** Writes the first model's tests anew. */
    void tests(String config, String tests) throws IOException {
        write(name + "/schema.yml", """
                models:
                  - name: items
                    config: {materialized: incremental, incremental: delta, unique_key: id, order_by: version%s}
                    tests: [%s]
                    columns:
                      - {name: id, data_type: varchar}
                      - {name: kind, data_type: varchar}
                      - {name: version, data_type: integer, tests: [not_null]}
                      - {name: amount, data_type: bigint}
                      - {name: first_at, data_type: timestamptz, merge: min}
                  - name: by_kind
                    config: {materialized: incremental, incremental: affected_keys, unique_key: kind}
                    columns:
                      - {name: kind, data_type: varchar}
                      - {name: items, data_type: bigint}
                      - {name: amount, data_type: bigint}
                """.formatted(config, tests));
    }

    Path folder() {
        return folder;
    }

    ModelSet set() {
        return ModelSet.load(folder);
    }

    Model items() {
        return set().model(name + ".items").orElseThrow();
    }

    Table table(String model) {
        return catalog.loadTable(TableIdentifier.of(name, model));
    }

    Table events() {
        return events.table();
    }

    /** Lands events written as {@code id kind version amount}; an event happens at the minute of its amount. */
    void land(String... lines) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (String line : lines) {
            String[] parts = line.split(" ", -1);
            Map<String, Object> row = new HashMap<>();
            row.put("id", parts[0]);
            row.put("kind", parts[1]);
            if (!parts[2].equals("null")) {
                row.put("version", Integer.parseInt(parts[2]));
            }
            row.put("amount", Long.parseLong(parts[3]));
            row.put("at", NOON.plusMinutes(Long.parseLong(parts[3])));
            row.put("_kafka_topic", "events");
            row.put("_kafka_partition", 0);
            row.put("_kafka_offset", offset++);
            rows.add(row);
        }
        events.table().refresh();
        events.append("batch-" + offset, rows);
    }

    /** The rows of a model's table as text, sorted. */
    List<String> rows(String model) {
        return new IcebergRows(table(model))
                .read().stream().map(SmallModels::text).sorted().toList();
    }

    /** The values in the order of the columns; a time as its minute after noon. */
    private static String text(Record row) {
        List<String> values = new ArrayList<>();
        for (Types.NestedField field : row.struct().fields()) {
            if (!field.name().equals("_pos")) {
                Object value = row.getField(field.name());
                values.add(
                        value instanceof OffsetDateTime time
                                ? Long.toString(ChronoUnit.MINUTES.between(NOON, time))
                                : String.valueOf(value));
            }
        }
        return String.join(" ", values);
    }

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
