package dev.sluice.embedded.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.app.config.ConfigFile;
import dev.sluice.embedded.Sluice;
import dev.sluice.schemas.orders.OrderSchemas;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of a source with rules for personal data, changed by another writer, before {@code sluice audit --deep}. */
class PersonalDataDamageIT {
    private static final int ORDERS = 60;
    private static final String DAMAGED = "e-17";

    /** A redacted number leaves no room in its column, so every row keeps its bytes as well. */
    private static final String RULES = """
                pii-key: a key for this test alone
                pii:
                  - {column: customer_email, rule: hash}
                  - {column: country, rule: redact}
                  - {column: customer_id, rule: redact}
            """;

    @TempDir
    static Path folder;

    private static TestPlatform platform;
    private static Path yaml;
    private static Path otherKey;

    @BeforeAll
    static void land() throws IOException {
        platform = new TestPlatform(folder);
        platform.createTopic("ruled", 2);
        Files.createDirectories(folder.resolve("models"));
        String text = platform.yaml("ruled", "one", "classic") + RULES;
        yaml = Files.writeString(folder.resolve("ruled.yaml"), text);
        otherKey = Files.writeString(
                folder.resolve("other-key.yaml"), text.replace("a key for this test alone", "somebody else's key"));
        try (AvroTraffic traffic = new AvroTraffic(platform, "ruled", 2);
                RunningService service = new RunningService(platform, ConfigFile.load(yaml, Map.of()))) {
            for (int i = 0; i < ORDERS; i++) {
                traffic.send("k-" + i, order(i));
            }
            traffic.sendBytes("gone", null, Map.of());
            traffic.flush();
            service.awaitCaughtUp();
        }
    }

    @AfterAll
    static void stop() throws IOException {
        platform.close();
    }

    private static GenericData.Record order(int i) {
        Schema schema = OrderSchemas.v1();
        GenericData.Record order = new GenericData.Record(schema);
        order.put("event_id", "e-" + i);
        order.put("order_id", "o-" + i);
        order.put("customer_id", 1L + i);
        order.put(
                "event_type",
                new GenericData.EnumSymbol(schema.getField("event_type").schema(), "PLACED"));
        order.put("order_version", 1);
        order.put("amount_cents", 100L + i);
        order.put("currency", "EUR");
        order.put("country", "DE");
        order.put("customer_email", i % 3 == 0 ? null : "ann" + i + "@pii.example");
        order.put("event_time", 1_700_000_000_000_000L + i);
        order.put("items", List.of());
        return order;
    }

    private static List<JsonNode> audit(int exitCode, Path config, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("audit", "--deep", "-o", "json", "-c", config.toString()));
        arguments.addAll(List.of(more));
        StringWriter out = new StringWriter();
        int exit = Sluice.commandLine(false).setOut(new PrintWriter(out)).execute(arguments.toArray(String[]::new));
        assertThat(exit).as(out.toString()).isEqualTo(exitCode);
        return StreamSupport.stream(
                        new ObjectMapper()
                                .readTree(out.toString())
                                .path("lines")
                                .spliterator(),
                        false)
                .filter(line -> line.path("promise").asText().equals("Bronze holds what was sent"))
                .toList();
    }

    private static List<JsonNode> failures(Path config, String... more) throws IOException {
        return audit(1, config, more).stream()
                .filter(line -> line.path("verdict").asText().equals("FAIL"))
                .toList();
    }

    /** Changes the row of one event, runs the check, and takes the change back. */
    private static void damaged(Consumer<Record> change, Check check) throws IOException {
        Table table = platform.catalog().loadTable(TableIdentifier.parse("bronze.ruled"));
        long sound = table.currentSnapshot().snapshotId();
        long[] offset = {-1};
        new OtherWriter(table).rewrite(row -> {
            if (DAMAGED.equals(row.getField("event_id"))) {
                change.accept(row);
                offset[0] = (Long) row.getField("_kafka_offset");
            }
        });
        check.of(offset[0]);
        table.manageSnapshots().rollbackTo(sound).commit();
    }

    @FunctionalInterface
    private interface Check {
        void of(long offset) throws IOException;
    }

    private static void assertNamed(List<JsonNode> failures, long offset, String column) {
        assertThat(failures)
                .singleElement()
                .satisfies(line ->
                        assertThat(line.path("detail").asText()).contains("[%d (%s)]".formatted(offset, column)));
    }

    @Test
    void every_column_of_sound_rows_is_compared_and_the_lines_say_which_are_under_a_rule() throws IOException {
        assertThat(audit(0, yaml))
                .hasSize(4)
                .allSatisfy(line -> assertThat(line.path("verdict").asText()).isEqualTo("PASS"));
        assertThat(audit(0, yaml))
                .extracting(line -> line.path("compared").asText())
                .filteredOn(compared -> compared.contains("country, customer_email, customer_id"))
                .hasSize(2);
        assertThat(audit(0, yaml).stream()
                        .filter(line -> line.path("compared").asText().contains("without a rule"))
                        .mapToLong(line -> line.path("found").asLong())
                        .sum())
                .isEqualTo(ORDERS + 1);
    }

    @Test
    void a_column_without_a_rule_that_another_writer_changed_is_found_and_named() throws IOException {
        damaged(
                row -> row.setField("amount_cents", 9_999L),
                offset -> assertNamed(failures(yaml), offset, "amount_cents"));
        damaged(row -> row.setField("currency", null), offset -> assertNamed(failures(yaml), offset, "currency"));
        damaged(
                row -> row.setField("_kafka_key", ByteBuffer.wrap(new byte[] {7})),
                offset -> assertNamed(failures(yaml), offset, "_kafka_key"));
        damaged(
                row -> row.setField("_payload", null),
                offset -> assertNamed(failures(yaml), offset, "the value as it is rebuilt"));
    }

    @Test
    void a_hash_that_another_writer_changed_is_found_and_left_out_only_when_the_key_is_not_at_hand()
            throws IOException {
        damaged(row -> row.setField("customer_email", "ann17@pii.example"), offset -> {
            assertNamed(failures(yaml), offset, "customer_email");
            assertThat(audit(0, otherKey, "--without-pii-key"))
                    .filteredOn(line -> line.path("verdict").asText().equals("NOTE"))
                    .hasSize(2)
                    .allSatisfy(line -> assertThat(line.path("compared").asText())
                            .contains("columns customer_email are not compared"));
        });
        assertThat(failures(otherKey))
                .hasSize(2)
                .allSatisfy(
                        line -> assertThat(line.path("detail").asText()).contains("(customer_email", "another key"));
    }

    @Test
    void a_redacted_column_that_another_writer_filled_is_found_without_the_key() throws IOException {
        damaged(row -> row.setField("country", "DE"), offset -> {
            assertNamed(failures(yaml), offset, "country");
            assertNamed(failures(otherKey, "--without-pii-key"), offset, "country");
        });
        damaged(row -> row.setField("customer_id", 18L), offset -> assertNamed(failures(yaml), offset, "customer_id"));
    }
}
