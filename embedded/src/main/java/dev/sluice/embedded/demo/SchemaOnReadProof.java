package dev.sluice.embedded.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.app.dlq.DeadLetters;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.schemas.framing.ConfluentFraming;
import dev.sluice.schemas.orders.OrderSchemas;
import dev.sluice.schemas.registry.SchemaRegistry;
import dev.sluice.sink.audit.AuditLine;
import dev.sluice.sink.audit.RejectionAudit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Three orders: one as ever, one with a field that nobody here knows, one with a status that breaks silver's rule. */
final class SchemaOnReadProof {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ProofPlatform platform;
    private final DemoProgress progress;
    private final Clock clock;

    SchemaOnReadProof(ProofPlatform platform, DemoProgress progress, Clock clock) {
        this.platform = platform;
        this.progress = progress;
        this.clock = clock;
    }

    Proof run() {
        Proof proof = new Proof("schema-on-read");
        SourceConfig source = platform.config().sources().get(0);
        String asEver = UUID.randomUUID().toString();
        String extra = UUID.randomUUID().toString();
        String broken = UUID.randomUUID().toString();
        progress.step("Sending an order as ever, one with an extra field, and one that breaks a rule...");
        try (SchemaRegistry registry = SchemaRegistry.from(platform.config().registry());
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        platform.config().kafkaWith(Map.of("acks", "all")),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            send(producer, registry, source, OrderSchemas.v2(), asEver, "PLACED");
            send(producer, registry, source, changed(), extra, "PLACED");
            send(producer, registry, source, changed(), broken, "TELEPORTED");
        }
        platform.awaitTables();
        show(proof, source, asEver, extra, broken);
        return proof;
    }

    private void show(Proof proof, SourceConfig source, String asEver, String extra, String broken) {
        long[] letters = {0};
        new DeadLetters(platform.config().kafka(), clock).read(source.dlq(), letter -> letters[0]++);
        List<List<@Nullable Object>> bronze =
                platform.query("SELECT order_id, event_type, gift_note FROM %s".formatted(source.table()));
        List<List<@Nullable Object>> silver = platform.query("SELECT order_id, status FROM silver.orders");
        List<List<@Nullable Object>> rejected =
                platform.query("SELECT order_id, status, _rejected_reason FROM silver.orders__rejected");
        Proof.Numbers numbers = proof.table(
                "Where each record came to", "record", "bronze", "extra field in bronze", "silver", "kept out because");
        for (List<String> order :
                List.of(List.of("as ever", asEver), List.of("extra field", extra), List.of("broken rule", broken))) {
            String id = order.get(1);
            numbers.row(
                    order.get(0),
                    value(bronze, id, 1),
                    value(bronze, id, 2),
                    value(silver, id, 1),
                    value(rejected, id, 2));
        }
        proof.claimEqual("bronze took all three", 3, bronze.size());
        proof.claimEqual("no dead letter: nothing was wrong with their bytes", 0L, letters[0]);
        proof.claimEqual("the extra field became a column of bronze", "Happy birthday", value(bronze, extra, 2));
        proof.claimEqual("silver has the order with the extra field", "PLACED", value(silver, extra, 1));
        proof.claimEqual("silver's test kept the broken one out", null, value(silver, broken, 1));
        proof.claimEqual(
                "it is in silver.orders__rejected, with the reason",
                "accepted_values(status)",
                value(rejected, broken, 2));
        showDeadLetters(proof, source, rejected);
        proof.claimEqual(
                "the test's failure is in ops.test_results",
                1L,
                platform.query(
                                "SELECT CAST(sum(failures) AS BIGINT) FROM ops.test_results WHERE test = 'accepted_values(status)'")
                        .get(0)
                        .get(0));
    }

    /** One table answers what is broken, whether landing or a model found it. */
    private void showDeadLetters(Proof proof, SourceConfig source, List<List<@Nullable Object>> rejected) {
        String table = source.dlqTable().name();
        platform.awaitRejections(table);
        List<List<@Nullable Object>> kept =
                platform.query("SELECT reason, detail, model, value IS NULL FROM %s".formatted(table));
        proof.claimEqual("%s has every rejected row once".formatted(table), rejected.size(), kept.size());
        proof.claimEqual(
                "it says which model's test it was, and leaves personal data out",
                List.of("TEST_FAILED", "silver.orders: accepted_values(status)", "silver.orders", true),
                kept.get(0));
        proof.claimEqual(
                "the audit finds the same",
                List.of(AuditLine.Verdict.PASS),
                new RejectionAudit(platform.catalog())
                        .check(table, platform.table(table)).stream()
                                .map(AuditLine::verdict)
                                .toList());
    }

    private static @Nullable Object value(List<List<@Nullable Object>> rows, String order, int column) {
        return rows.stream()
                .filter(row -> order.equals(row.get(0)))
                .findFirst()
                .map(row -> row.get(column))
                .orElse(null);
    }

    /** The second version of the contract, with one more field and one more status: a change that registries allow. */
    private static Schema changed() {
        try {
            ObjectNode schema = (ObjectNode) JSON.readTree(OrderSchemas.v2().toString());
            ArrayNode fields = (ArrayNode) schema.get("fields");
            for (JsonNode field : fields) {
                if (field.get("name").asText().equals("event_type")) {
                    ((ArrayNode) field.get("type").get("symbols")).add("TELEPORTED");
                }
            }
            ObjectNode note = fields.addObject().put("name", "gift_note").putNull("default");
            note.putArray("type").add("null").add("string");
            return new Schema.Parser().parse(schema.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void send(
            KafkaProducer<byte[], byte[]> producer,
            SchemaRegistry registry,
            SourceConfig source,
            Schema schema,
            String order,
            String status) {
        GenericRecord event = new GenericData.Record(schema);
        event.put("event_id", UUID.randomUUID().toString());
        event.put("order_id", order);
        event.put("customer_id", 7L);
        event.put(
                "event_type",
                new GenericData.EnumSymbol(schema.getField("event_type").schema(), status));
        event.put("order_version", 1);
        event.put("amount_cents", 1_000L);
        event.put("currency", "EUR");
        event.put("country", "DE");
        event.put("event_time", clock.millis() * 1_000);
        event.put("items", List.of());
        event.put("channel", "WEB");
        if (schema.getField("gift_note") != null) {
            event.put("gift_note", "Happy birthday");
        }
        int id = registry.register(OrderSchemas.SUBJECT, schema);
        try {
            producer.send(new ProducerRecord<>(
                            source.topic(),
                            order.getBytes(StandardCharsets.UTF_8),
                            ConfluentFraming.frame(id, bytes(event))))
                    .get();
        } catch (ExecutionException e) {
            throw new SluiceException(
                    ErrorCode.KAFKA_UNAVAILABLE, "Cannot send an order: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SluiceException(ErrorCode.BUG, "Cannot send an order: interrupted", e);
        }
    }

    private static byte[] bytes(GenericRecord event) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
            new GenericDatumWriter<GenericRecord>(event.getSchema()).write(event, encoder);
            encoder.flush();
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
