package dev.sluice.embedded.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.app.config.ConfigFile;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.embedded.Sluice;
import dev.sluice.embedded.connect.Checkout;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.schemas.orders.CustomerSchemas;
import dev.sluice.schemas.orders.OrderSchemas;
import dev.sluice.sink.audit.TableRows;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * The whole service over records full of addresses, and then a search through all that it left anywhere; before the
 * others, whose rules leave addresses in their tables.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PersonalDataIT {
    private static final String MARK = "zq7x";
    private static final int ORDERS = 400;
    private static final int REJECTED_OF_ORDERS = 5;
    private static final int TICKETS = 60;

    private static final Schema TICKET = new Schema.Parser().parse("""
            {"type":"record","name":"Ticket","fields":[
              {"name":"id","type":"int"},
              {"name":"reporter","type":{"type":"record","name":"Person","fields":[
                {"name":"email","type":"string"},{"name":"name","type":["null","string"]}]}},
              {"name":"watchers","type":{"type":"array","items":"Person"}},
              {"name":"notes","type":{"type":"map","values":"string"}},
              {"name":"text","type":["null","string","Person"]}]}""");

    private static final String TICKETS_SOURCE = """

              - name: tickets
                topic: tickets
                pii-key: a key for this test alone
                pii:
                  - {column: reporter.email, rule: hash}
                  - {column: reporter.name, rule: redact}
                  - {column: watchers, rule: redact}
                  - {column: notes, rule: redact}
                  - {column: text, rule: redact}
                  - {column: _kafka_key, rule: hash}
            """;

    @TempDir
    static Path folder;

    private static TestPlatform platform;

    @BeforeAll
    static void start() {
        platform = new TestPlatform(folder);
    }

    @AfterAll
    static void stop() throws IOException {
        platform.close();
    }

    @Test
    @Order(1)
    void no_address_is_in_any_file_topic_log_output_or_metric_but_the_dead_letters_and_those_are_counted()
            throws Exception {
        Marker marker = new Marker(MARK);
        Path yaml = Files.writeString(folder.resolve("sluice.yaml"), yaml("orders-pipeline"));
        SluiceConfig config = ConfigFile.load(yaml, Map.of());
        for (String topic : List.of("orders", "customers", "tickets")) {
            platform.createTopic(topic, 2);
        }
        try (LogScan logs = LogScan.open(marker)) {
            try (RunningService service = new RunningService(platform, config)) {
                produce();
                service.awaitCaughtUp();
                assertThat(service.answer("/metrics")).contains("sluice_").doesNotContain(MARK);
                assertThat(service.answer("/api/status"))
                        .contains("bronze.orders")
                        .doesNotContain(MARK);
                assertThat(metrics()).isNotEmpty().noneMatch(line -> marker.in(line.getBytes(StandardCharsets.UTF_8)));
            }
            for (String command :
                    List.of("status", "status -o json", "audit", "audit -o json", "dlq list", "dlq stats")) {
                String output = run(command + " -c " + yaml);
                assertThat(output).as(command).isNotEmpty().doesNotContain(MARK);
            }
            assertThat(run("dlq list -o json -c " + yaml))
                    .contains("RULE_BROKEN")
                    .doesNotContain(MARK);
            assertThat(logs.found()).isEmpty();
            assertThat(logs.lines()).isGreaterThan(1_000);
        }

        assertThat(marker.filesBelow(folder.resolve("warehouse"))).isEmpty();
        assertThat(marker.filesBelow(folder.resolve("data-one"))).isEmpty();
        assertThat(marker.in(Files.readAllBytes(folder.resolve("catalog.db")))).isFalse();

        TopicScan scan = new TopicScan(platform);
        Set<String> written = scan.topics();
        written.removeAll(List.of("orders", "customers", "tickets", "orders.dlq", "customers.dlq", "tickets.dlq"));
        assertThat(written).contains("sluice.bronze-files", "__consumer_offsets", "__transaction_state");
        for (String topic : written) {
            assertThat(scan.records(topic, marker)).as(topic).isEmpty();
        }
        // What the rules cannot be applied to lies in the dead-letter topic as it came; it is exactly what was
        // rejected.
        assertThat(scan.records("orders.dlq", marker)).hasSize(REJECTED_OF_ORDERS);
        assertThat(scan.records("orders.dlq"))
                .hasSize(REJECTED_OF_ORDERS)
                .allSatisfy(PersonalDataIT::ownHeadersShowNothing);
        assertThat(scan.records("customers.dlq")).isEmpty();
        assertThat(scan.records("tickets.dlq")).isEmpty();

        assertThat(hashes("bronze.orders", "customer_email"))
                .as("one key, so that orders join customers on the hash")
                .isNotEmpty()
                .isEqualTo(hashes("bronze.customers", "email"));
        assertThat(hashes("bronze.tickets", "reporter").toString()).contains("[redacted]");
    }

    @Test
    void a_slip_in_a_rule_is_found_at_the_start_when_the_registry_knows_the_schema() throws Exception {
        platform.createTopic("slips", 1);
        platform.registry().register("slips-value", TICKET);
        SluiceConfig config = ConfigFile.parse("test.yaml", slips("reporter.e_mail"), Map.of());
        try (RunningService service = new RunningService(platform, config)) {
            assertThatExceptionOfType(SluiceException.class)
                    .isThrownBy(service::outcome)
                    .withMessageContaining("Cannot mask column reporter.e_mail of source slips")
                    .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.CONFIG_INVALID));
        }
    }

    @Test
    void a_schema_without_the_column_of_a_rule_goes_to_the_dead_letters_and_the_rest_lands() throws Exception {
        platform.createTopic("renames", 1);
        SluiceConfig config =
                ConfigFile.parse("test.yaml", slips("reporter.email").replace("slips", "renames"), Map.of());
        Schema renamed = new Schema.Parser().parse("""
                {"type":"record","name":"Ticket","fields":[{"name":"id","type":"int"},{"name":"mail","type":"string"}]}""");
        GenericData.Record raw = new GenericData.Record(renamed);
        raw.put("id", 1);
        raw.put("mail", MARK + "@pii.example");
        try (AvroTraffic traffic = new AvroTraffic(platform, "renames", 1)) {
            traffic.send("k", ticket(0));
            traffic.flush();
            try (RunningService service = new RunningService(platform, config)) {
                service.awaitCaughtUp();
                traffic.send("k", raw);
                traffic.flush();
                service.awaitCaughtUp();
            }
            // The newest schema lacks the column now, and still the service starts: the table has it.
            try (RunningService again = new RunningService(platform, config)) {
                traffic.send("k", ticket(1));
                traffic.flush();
                again.awaitCaughtUp();
            }
        }
        assertThat(new TopicScan(platform).records("renames.dlq"))
                .singleElement()
                .satisfies(letter -> assertThat(new String(
                                letter.headers().lastHeader("sluice.reason").value(), StandardCharsets.UTF_8))
                        .isEqualTo("PII_UNCOVERED"));
        Table table = platform.catalog().loadTable(TableIdentifier.parse("bronze.renames"));
        assertThat(table.currentSnapshot().summary()).containsEntry("total-records", "2");
        assertThat(table.schema().findField("mail")).isNull();
    }

    private static String yaml(String name) throws IOException {
        return platform.resolved(Files.readString(Checkout.path("sluice.yaml")), "one")
                        .replace("name: orders-pipeline", "name: " + name)
                        .replace("${SLUICE_PII_KEY}", "a key for this test alone")
                        .replace("models: models", "models: " + Checkout.path("models"))
                + TICKETS_SOURCE;
    }

    /** A pipeline with one source and one rule, and without models. */
    private static String slips(String column) throws IOException {
        String shipped = yaml("slips").replace("data-one", "data-slips-" + column);
        Files.createDirectories(folder.resolve("no-models"));
        return shipped.substring(0, shipped.indexOf("models: ")) + """
                models: %s
                sources:
                  - name: slips
                    topic: slips
                    pii-key: a key for this test alone
                    pii: [{column: %s, rule: hash}]
                """.formatted(folder.resolve("no-models"), column);
    }

    private static void produce() {
        try (AvroTraffic orders = new AvroTraffic(platform, "orders", 2);
                AvroTraffic customers = new AvroTraffic(platform, "customers", 2);
                AvroTraffic tickets = new AvroTraffic(platform, "tickets", 2)) {
            for (int i = 0; i < ORDERS; i++) {
                GenericData.Record order = order(i, i < REJECTED_OF_ORDERS - 1 ? -5 : 100);
                orders.send(order.get("order_id").toString(), order, Map.of("who", email(i)));
            }
            byte[] whole = orders.framed(order(0, 100));
            orders.sendBytes("cut", Arrays.copyOf(whole, whole.length - 1), Map.of());
            for (int i = 0; i < 50; i++) {
                customers.send(Integer.toString(i + 1), customer(i));
            }
            for (int i = 0; i < TICKETS; i++) {
                tickets.send(email(i), ticket(i));
            }
        }
    }

    private static String email(int i) {
        return MARK + i % 50 + "@pii.example";
    }

    private static GenericData.Record order(int i, long amount) {
        Schema schema = OrderSchemas.v1();
        GenericData.Record order = new GenericData.Record(schema);
        order.put("event_id", "e-" + i);
        order.put("order_id", new UUID(1, i).toString());
        order.put("customer_id", 1L + i % 50);
        order.put(
                "event_type",
                new GenericData.EnumSymbol(schema.getField("event_type").schema(), "PLACED"));
        order.put("order_version", 1);
        order.put("amount_cents", amount);
        order.put("currency", "EUR");
        order.put("country", "DE");
        order.put("customer_email", email(i));
        order.put("event_time", 1_700_000_000_000_000L + i);
        order.put("items", List.of());
        return order;
    }

    private static GenericData.Record customer(int i) {
        GenericData.Record customer = new GenericData.Record(CustomerSchemas.v1());
        customer.put("customer_id", 1L + i);
        customer.put("name", MARK + " the " + i + "th");
        customer.put("email", email(i));
        customer.put("segment", "CONSUMER");
        customer.put("country", "DE");
        customer.put("updated_at", 1_700_000_000_000_000L + i);
        return customer;
    }

    private static GenericData.Record ticket(int i) {
        Schema person = TICKET.getField("reporter").schema();
        GenericData.Record reporter = new GenericData.Record(person);
        reporter.put("email", email(i));
        reporter.put("name", i % 2 == 0 ? null : MARK + " " + i);
        GenericData.Record ticket = new GenericData.Record(TICKET);
        ticket.put("id", i);
        ticket.put("reporter", reporter);
        ticket.put("watchers", List.of(reporter, reporter));
        ticket.put("notes", Map.of(email(i), "wrote " + email(i)));
        // A union of several types has no column, so this is what keeps the payload.
        ticket.put("text", i % 3 == 0 ? reporter : "from " + email(i));
        return ticket;
    }

    private static void ownHeadersShowNothing(ConsumerRecord<byte[], byte[]> letter) {
        letter.headers().forEach(header -> {
            if (!header.key().equals("who")) {
                assertThat(new String(header.value(), StandardCharsets.UTF_8))
                        .as(header.key())
                        .doesNotContain(MARK);
            }
        });
    }

    private static String run(String command) {
        StringWriter out = new StringWriter();
        CommandLine line =
                Sluice.commandLine(false).setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        line.execute(command.split(" "));
        return out.toString();
    }

    /** Every attribute of every bean of the JVM, names included. */
    private static List<String> metrics() throws JMException {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        List<String> lines = new ArrayList<>();
        for (ObjectName name : server.queryNames(new ObjectName("kafka.*:*"), null)) {
            lines.add(name.toString());
            try {
                for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
                    lines.add(attribute.getName() + "=" + server.getAttribute(name, attribute.getName()));
                }
            } catch (InstanceNotFoundException e) {
                // Its client was closed meanwhile, and it shows nothing any more.
            }
        }
        return lines;
    }

    private static Set<Object> hashes(String name, String column) {
        Table table = platform.catalog().loadTable(TableIdentifier.parse(name));
        Set<Object> values = new java.util.HashSet<>();
        new TableRows(table, List.of(column))
                .forEach(table.currentSnapshot().snapshotId(), row -> values.add(String.valueOf(row.get(0))));
        return values;
    }
}
