package dev.sluice.embedded.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.load.LoadGenerator;
import dev.sluice.load.LoadRecord;
import dev.sluice.load.LoadSpec;
import dev.sluice.load.SchemaIds;
import dev.sluice.schemas.framing.ConfluentFraming;
import dev.sluice.schemas.orders.OrderSchemas;
import dev.sluice.schemas.registry.RegisteredSchema;
import dev.sluice.schemas.registry.SchemaRegistry;
import dev.sluice.sink.bronze.BronzeTables;
import dev.sluice.sink.land.Landed;
import dev.sluice.sink.land.LandedFiles;
import dev.sluice.sink.land.LandingSpec;
import dev.sluice.sink.land.PartitionWriter;
import dev.sluice.sink.land.RecordPosition;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import org.apache.avro.Schema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Confluent's serializer and deserializer against what Sluice's generator writes and its landing reads. */
class OfficialSerializersIT {
    private static final String TOPIC = "orders";
    private static final LoadSpec LOAD =
            LoadSpec.defaults().withEvents(2_000).withOrders(400).withSeed(5);

    @TempDir
    private static Path folder;

    private static OfficialClasses official;
    private static EmbeddedSchemaRegistry server;
    private static SchemaRegistry registry;
    private static List<byte[]> ours;

    @BeforeAll
    static void start() throws Exception {
        official = OfficialClasses.load();
        server = EmbeddedSchemaRegistry.start(folder, 0);
        registry =
                SchemaRegistry.from(Map.of("schema.registry.url", server.uri().toString()));
        ours = new ArrayList<>();
        LoadGenerator records = new LoadGenerator(LOAD, SchemaIds.register(registry, LOAD));
        while (records.hasNext()) {
            LoadRecord record = records.next();
            if (record.kind().valid()) {
                ours.add(Objects.requireNonNull(record.value()));
            }
        }
    }

    @AfterAll
    static void stop() {
        registry.close();
        server.close();
        official.close();
    }

    private static BiFunction<String, Object[], Object[]> worker(String topic) {
        return official.worker(
                topic, Map.of("schema.registry.url", server.uri().toString(), "avro.remove.java.properties", "true"));
    }

    @Test
    void theOfficialDeserializerReadsWhatOursWrites() {
        BiFunction<String, Object[], Object[]> theirs = worker(TOPIC);
        assertThat(ours).hasSizeGreaterThan(1_500);
        for (byte[] value : ours) {
            Object[] read = theirs.apply("deserialize", new Object[] {value});

            assertThat(new Schema.Parser().parse((String) read[0]))
                    .isEqualTo(registry.byId(ConfluentFraming.schemaId(value)));
            assertThat((byte[]) read[1]).isEqualTo(ConfluentFraming.payload(value));
        }
    }

    @Test
    void theOfficialSerializerWritesTheSameBytesAsOurs() {
        BiFunction<String, Object[], Object[]> theirs = worker(TOPIC);
        for (byte[] value : ours) {
            String schema = registry.byId(ConfluentFraming.schemaId(value)).toString();

            Object[] written = theirs.apply("serialize", new Object[] {schema, ConfluentFraming.payload(value)});

            assertThat((byte[]) written[0]).isEqualTo(value);
        }
    }

    @Test
    void whatTheOfficialSerializerRegistersAndWritesIsLanded() {
        BiFunction<String, Object[], Object[]> theirs = worker("fresh");
        byte[] newest = ours.stream()
                .filter(value -> registry.byId(ConfluentFraming.schemaId(value)).equals(OrderSchemas.v2()))
                .findFirst()
                .orElseThrow();
        byte[] value = (byte[]) theirs.apply(
                        "serialize", new Object[] {OrderSchemas.v2().toString(), ConfluentFraming.payload(newest)})[0];

        RegisteredSchema registered = registry.latest("fresh-value");
        assertThat(registered.schema()).isEqualTo(OrderSchemas.v2());
        assertThat(ConfluentFraming.schemaId(value)).isEqualTo(registered.id());
        assertThat(land(value)).isInstanceOf(Landed.Row.class);
    }

    private static Landed land(byte[] value) {
        Catalog catalog = new InMemoryCatalog();
        catalog.initialize("memory", Map.of());
        ((SupportsNamespaces) catalog).createNamespace(Namespace.of("bronze"));
        int id = ConfluentFraming.schemaId(value);
        try (PartitionWriter writer = new PartitionWriter(
                new BronzeTables(catalog),
                TableIdentifier.of("bronze", "fresh"),
                LandingSpec.defaults(),
                () -> Instant.EPOCH)) {
            Landed landed = writer.land(
                    new RecordPosition("fresh", 0, 0, 0),
                    null,
                    id,
                    registry.byId(id),
                    value,
                    ConfluentFraming.HEADER_LENGTH);
            LandedFiles files = writer.finish();
            assertThat(files.rows()).isEqualTo(1);
            return landed;
        }
    }
}
