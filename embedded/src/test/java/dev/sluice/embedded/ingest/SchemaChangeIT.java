package dev.sluice.embedded.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.announce.AnnouncementCodec;
import dev.sluice.app.config.ConfigFile;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.embedded.connect.Checkout;
import dev.sluice.schemas.framing.ConfluentFraming;
import dev.sluice.sink.audit.TableRows;
import dev.sluice.sink.land.BronzeRows;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.parquet.InternalReader;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Producers move from schema to schema while two instances of the service run. */
class SchemaChangeIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String TOPIC = "parcels";
    private static final int EACH = 40;

    private static final Schema FIRST = parcel("""
            {"name":"id","type":"string"},{"name":"amount","type":"int"},{"name":"ratio","type":"float"},
            {"name":"nick","type":"string"},{"name":"state","type":{"type":"enum","name":"State","symbols":["NEW"]}},
            {"name":"price","type":{"type":"bytes","logicalType":"decimal","precision":6,"scale":2}}""");

    private static final Schema ADDED = parcel("""
            {"name":"id","type":"string"},{"name":"amount","type":"int"},{"name":"ratio","type":"float"},
            {"name":"nick","type":"string"},
            {"name":"state","type":{"type":"enum","name":"State","symbols":["SENT","NEW"]}},
            {"name":"price","type":{"type":"bytes","logicalType":"decimal","precision":12,"scale":2}},
            {"name":"from","type":{"type":"record","name":"Place","fields":[{"name":"city","type":"string"}]}},
            {"name":"stops","type":{"type":"array","items":"Place"}},
            {"name":"notes","type":{"type":"map","values":["null","string"]}},
            {"name":"any","type":["null","int","string"]}""");

    private static final Schema RENAMED = parcel("""
            {"name":"name","type":"string","aliases":["nick"]},{"name":"amount","type":"int"},
            {"name":"id","type":"string"},{"name":"ratio","type":"float"}""");

    private static final Schema WIDENED = parcel("""
            {"name":"id","type":"string"},{"name":"amount","type":"long"},{"name":"ratio","type":"double"},
            {"name":"nick","type":["null","string"]}""");

    private static final Schema INCOMPATIBLE = parcel("""
            {"name":"id","type":"string"},{"name":"amount","type":"string"},{"name":"ratio","type":"double"},
            {"name":"nick","type":["null","string"]}""");

    @Test
    void every_schema_lands_both_instances_go_on_and_every_value_is_rebuilt_byte_for_byte(@TempDir Path folder)
            throws Exception {
        try (TestPlatform platform = new TestPlatform(folder)) {
            platform.createTopic(TOPIC, 2);
            models(folder);
            SluiceConfig one = config(platform, folder, "one");
            SluiceConfig two = config(platform, folder, "two");
            try (AvroTraffic traffic = new AvroTraffic(platform, TOPIC, 2);
                    RunningService first = new RunningService(platform, one);
                    RunningService second = new RunningService(platform, two)) {
                Await.until("both instances to land a partition", LIMIT, () -> {
                    first.check();
                    second.check();
                    send(traffic, FIRST, "first", 2);
                    return instances(platform).size() == 2;
                });
                send(traffic, ADDED, "added", EACH);
                send(traffic, RENAMED, "renamed", EACH);
                send(traffic, WIDENED, "widened", EACH);
                send(traffic, INCOMPATIBLE, "incompatible", EACH);
                // Old producers are never all gone at once.
                send(traffic, FIRST, "late", EACH);
                first.awaitCaughtUp();
                second.check();
            }
            Table bronze = platform.catalog().loadTable(TableIdentifier.parse("bronze." + TOPIC));
            assertThat(rebuilt(platform, bronze)).isEqualTo(sent(platform)).hasSizeGreaterThan(5 * EACH);
            assertThat(bronze.schema().findType("amount")).isEqualTo(Types.LongType.get());
            assertThat(bronze.schema().findType("ratio")).isEqualTo(Types.DoubleType.get());
            assertThat(bronze.schema().findType("price")).isEqualTo(Types.DecimalType.of(12, 2));
            assertThat(bronze.schema().findField("name")).isNull();
            assertThat(bronze.schema().findField("stops.element.city")).isNotNull();
            silverShowsWhatItCannotRead(platform);
        }
    }

    /** The column keeps its type, the model goes on, and a row whose value did not fit says so. */
    private static void silverShowsWhatItCannotRead(TestPlatform platform) {
        Table silver = platform.catalog().loadTable(TableIdentifier.parse("silver." + TOPIC));
        Map<Object, List<Object>> rows = new HashMap<>();
        new TableRows(silver, List.of("id", "amount", "nick", "unreadable"))
                .forEach(
                        silver.currentSnapshot().snapshotId(),
                        row -> rows.put(row.get(0), Arrays.asList(row.get(1), row.get(2), row.get(3))));
        assertThat(rows.get("widened-3")).containsExactly((1L << 40) + 3, "n3", false);
        assertThat(rows.get("renamed-3")).containsExactly(3L, "n3", false);
        assertThat(rows.get("late-3")).containsExactly(3L, "n3", false);
        assertThat(rows.get("incompatible-3")).containsExactly(null, "n3", true);
    }

    private static Schema parcel(String fields) {
        return new Schema.Parser().parse("{\"type\":\"record\",\"name\":\"Parcel\",\"fields\":[" + fields + "]}");
    }

    private static void send(AvroTraffic traffic, Schema schema, String stage, int count) {
        for (int i = 0; i < count; i++) {
            String id = stage + "-" + i;
            traffic.send(id, value(schema, id, i));
        }
        traffic.flush();
    }

    private static GenericData.Record value(Schema schema, String id, int i) {
        GenericData.Record value = new GenericData.Record(schema);
        for (Schema.Field field : schema.getFields()) {
            value.put(
                    field.pos(),
                    switch (field.name()) {
                        case "id" -> id;
                        case "amount" -> amount(field.schema(), i);
                        case "ratio" -> ratio(field.schema(), i);
                        case "state" -> new GenericData.EnumSymbol(field.schema(), i % 2 == 0 ? "NEW" : newest(field));
                        case "price" ->
                            ByteBuffer.wrap(new BigDecimal("12.34")
                                    .add(new BigDecimal(i))
                                    .unscaledValue()
                                    .toByteArray());
                        case "from" -> place(field.schema(), i);
                        case "stops" ->
                            List.of(
                                    place(field.schema().getElementType(), i),
                                    place(field.schema().getElementType(), i + 1));
                        case "notes" -> Map.of("note", "text " + i);
                        case "any" -> i % 3 == 0 ? null : i % 3 == 1 ? (Object) i : "text";
                        default -> "n" + i;
                    });
        }
        return value;
    }

    private static Object amount(Schema type, int i) {
        return switch (type.getType()) {
            case INT -> i;
            case LONG -> (1L << 40) + i;
            default -> "about " + i;
        };
    }

    private static Object ratio(Schema type, int i) {
        return type.getType() == Schema.Type.FLOAT ? (Object) (i + 0.5f) : (Object) (i + 0.1);
    }

    private static String newest(Schema.Field field) {
        return field.schema().getEnumSymbols().get(0);
    }

    private static GenericData.Record place(Schema schema, int i) {
        GenericData.Record place = new GenericData.Record(schema);
        place.put("city", "city " + i);
        return place;
    }

    private static void models(Path folder) throws IOException {
        Path bronze = Files.createDirectories(folder.resolve("parcel-models/bronze"));
        Path silver = Files.createDirectories(folder.resolve("parcel-models/silver"));
        Files.writeString(bronze.resolve("schema.yml"), """
                version: 2
                sources:
                  - name: bronze
                    tables:
                      - name: parcels
                        columns:
                          - {name: id, data_type: varchar}
                          - {name: amount, data_type: bigint}
                          - {name: nick, data_type: varchar}
                          - {name: _payload, data_type: varbinary}
                          - {name: _kafka_timestamp, data_type: timestamptz}
                """);
        Files.writeString(silver.resolve("schema.yml"), """
                version: 2
                models:
                  - name: parcels
                    config: {materialized: incremental, incremental: delta, unique_key: [id], order_by: [at]}
                    columns:
                      - {name: id, data_type: varchar}
                      - {name: amount, data_type: bigint}
                      - {name: nick, data_type: varchar}
                      - {name: unreadable, data_type: boolean}
                      - {name: at, data_type: timestamptz}
                """);
        Files.writeString(silver.resolve("parcels.sql"), """
                SELECT
                    CAST(p.id AS varchar) AS id,
                    CAST(p.amount AS bigint) AS amount,
                    CAST(p.nick AS varchar) AS nick,
                    CAST(p.amount IS NULL AND p._payload IS NOT NULL AS boolean) AS unreadable,
                    CAST(p._kafka_timestamp AS timestamp with time zone) AS at
                FROM {{ ref('bronze.parcels') }} AS p
                WHERE p.id IS NOT NULL
                """);
    }

    private static SluiceConfig config(TestPlatform platform, Path folder, String instance) throws IOException {
        String shipped = platform.resolved(Files.readString(Checkout.path("sluice.yaml")), instance)
                .replace("name: orders-pipeline", "name: " + TOPIC);
        String yaml =
                shipped.substring(0, shipped.indexOf("models: ")) + """
                models: %s
                sources:
                  - name: parcels
                """.formatted(folder.resolve("parcel-models"));
        return ConfigFile.parse("test.yaml", yaml, Map.of());
    }

    /** The instances that have announced a batch so far. */
    private static Set<String> instances(TestPlatform platform) {
        try {
            TopicScan scan = new TopicScan(platform);
            if (!scan.topics().contains(SluiceConfig.ANNOUNCEMENT_TOPIC)) {
                return Set.of();
            }
            AnnouncementCodec codec = new AnnouncementCodec();
            return scan.records(SluiceConfig.ANNOUNCEMENT_TOPIC).stream()
                    .map(record -> codec.fromBytes(record.value()).instance())
                    .collect(Collectors.toSet());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Avro bytes by place, as the topic has them. */
    private static Map<String, String> sent(TestPlatform platform) {
        Map<String, String> values = new TreeMap<>();
        new TopicScan(platform)
                .records(TOPIC)
                .forEach(record -> values.put(
                        record.partition() + "@" + record.offset(),
                        HexFormat.of()
                                .formatHex(record.value(), ConfluentFraming.HEADER_LENGTH, record.value().length)));
        return values;
    }

    /** Avro bytes by place, rebuilt from the rows. */
    private static Map<String, String> rebuilt(TestPlatform platform, Table table) throws IOException {
        Map<String, String> values = new TreeMap<>();
        BronzeRows rows = new BronzeRows(table.schema().asStruct());
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            for (FileScanTask task : tasks) {
                try (CloseableIterable<StructLike> read = Parquet.read(
                                table.io().newInputFile(task.file().location()))
                        .project(table.schema())
                        .createReaderFunc(fileSchema -> InternalReader.create(table.schema(), fileSchema))
                        .build()) {
                    for (StructLike row : read) {
                        Schema writer = platform.registry().byId(field(table, row, "_schema_id", Integer.class));
                        String place = field(table, row, "_kafka_partition", Integer.class) + "@"
                                + field(table, row, "_kafka_offset", Long.class);
                        assertThat(values.put(place, HexFormat.of().formatHex(rows.rebuild(writer, row))))
                                .as(place)
                                .isNull();
                    }
                }
            }
        }
        return values;
    }

    private static <T> T field(Table table, StructLike row, String name, Class<T> type) {
        return row.get(table.schema().columns().indexOf(table.schema().findField(name)), type);
    }
}
