package dev.sluice.embedded.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.load.ExpectedTables;
import dev.sluice.load.LoadSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** One demo, and then what a person may do with its folder, in that order. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DemoIT {
    private static final LoadSpec LOAD =
            LoadSpec.defaults().withEvents(20_000).withOrders(4_000).withSeed(7);

    @TempDir
    static Path folder;

    private static Invocation first;
    private static Invocation second;

    @BeforeAll
    static void runOnce() {
        first = demo("-o", "json").succeeds();
    }

    private static Path data() {
        return folder.resolve("platform");
    }

    private static Invocation demo(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "demo",
                "--data=" + data(),
                "--config=" + Pipeline.quick(folder),
                "--events=20000",
                "--orders=4000",
                "--seed=7"));
        arguments.addAll(List.of(more));
        return Invocation.of(arguments.toArray(String[]::new));
    }

    @Test
    @Order(1)
    void its_last_line_is_one_json_object_with_these_keys_and_figures() {
        JsonNode result = first.json();

        List<String> keys = new ArrayList<>();
        result.fieldNames().forEachRemaining(keys::add);
        assertThat(keys)
                .containsExactly(
                        "events", "bronze_rows", "dead_letters", "silver_rows", "gold_rows", "audit", "elapsed_s");
        assertThat(result.get("events").asLong()).isEqualTo(20_000);
        assertThat(result.get("dead_letters").asLong()).isEqualTo(LOAD.malformed());
        assertThat(result.get("bronze_rows").asLong()).isEqualTo(20_000 - LOAD.malformed());
        assertThat(result.get("silver_rows").asLong()).isEqualTo(LOAD.distinctOrders());
        assertThat(result.get("gold_rows").asLong()).isEqualTo(LOAD.distinctOrders());
        assertThat(result.get("audit").asText()).isEqualTo("pass");
        assertThat(result.get("elapsed_s").asDouble()).isPositive();
    }

    @Test
    @Order(2)
    void every_row_of_silver_and_gold_is_what_the_seed_says() {
        try (RestingTables resting = new RestingTables(data())) {
            resting.tables().assertEqual(ExpectedTables.of(LOAD));
        }
    }

    @Test
    @Order(3)
    void a_second_run_changes_no_table_and_says_what_it_recognised() {
        Map<String, String> before;
        try (RestingTables resting = new RestingTables(data())) {
            before = resting.tables().state();
        }

        second = demo().succeeds();

        assertThat(second.out())
                .contains("Of the 20,000 events of this load, 20,000 were on the topic before: recognised")
                .contains("Audit: PASS")
                .containsPattern("note +bronze\\.orders +" + LOAD.duplicates() + "\\R");
        try (RestingTables resting = new RestingTables(data())) {
            assertThat(resting.tables().state()).isEqualTo(before);
        }
    }

    @Test
    @Order(4)
    void a_report_fits_a_terminal_of_a_hundred_columns() {
        assertThat(second.lines().stream().filter(line -> !line.startsWith("The data is in")))
                .allSatisfy(line -> assertThat(line.length()).as(line).isLessThanOrEqualTo(100));
        assertThat(second.err().lines().filter(line -> line.startsWith("  produced")))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line.length()).as(line).isLessThanOrEqualTo(100));
    }

    @Test
    @Order(5)
    void another_load_is_refused_rather_than_mixed_in() {
        demo("--malformed=3%").refuses(2, "SLUICE-105", "it holds another load");
    }

    @Test
    @Order(6)
    void a_row_that_somebody_changed_fails_the_proof_with_exit_code_1() {
        try (RestingTables resting = new RestingTables(data())) {
            resting.tables().tamper("silver.orders", "amount_cents");
        }

        Invocation broken = demo("-o", "json");

        assertThat(broken.exitCode()).as(broken.err()).isEqualTo(1);
        assertThat(broken.json().get("audit").asText()).isEqualTo("fail");
    }
}
