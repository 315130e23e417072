package dev.sluice.sink.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.ops.RunLog;
import dev.sluice.sink.quality.TestResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each test of a whole table refuses a commit that breaks it, and lets through one that does not. */
class WholeTableTestsTest {
    private static final Instant NOW = Instant.now();
    private static final String SCHEMA = """
            sources:
              - name: bronze
                tables:
                  - name: orders
                    columns:
                      - {name: order_id, data_type: varchar}
                      - {name: event_type, data_type: varchar}
                      - {name: order_version, data_type: integer}
                      - {name: amount_cents, data_type: bigint}
                      - {name: event_time, data_type: timestamptz}
            models:
              - name: orders
                config:
                  materialized: incremental
                  incremental: delta
                  unique_key: order_id
                  order_by: order_version
                  delete_when: is_gone
                tests: [%s]
                columns:
                  - {name: order_id, data_type: varchar}
                  - {name: order_version, data_type: integer}
                  - {name: amount_cents, data_type: bigint, tests: [%s]}
                  - {name: updated_at, data_type: timestamptz}
              - name: payments
                config: {materialized: incremental, incremental: delta, unique_key: payment_id, order_by: order_version}
                columns:
                  - {name: payment_id, data_type: varchar}
                  - {name: order_id, data_type: varchar, tests: [%s]}
                  - {name: order_version, data_type: integer}
            """;

    @TempDir
    Path folder;

    private Lake lake;
    private RunLog log;
    private int rounds;

    @BeforeEach
    void createLake() {
        lake = Lake.create(folder);
        log = new RunLog(lake.catalog(), Clock.systemUTC());
    }

    @AfterEach
    void closeLake() throws Exception {
        lake.close();
    }

    /** An order with amount 0 has no amount; {@code GONE} deletes it. A payment of order o1 is an event p-o1. */
    private ModelSet models(String table, String amount, String reference) throws IOException {
        return written(SCHEMA.formatted(table, amount, reference));
    }

    /** Declared the other way round, which is the order in which models run that have nothing to do with each other. */
    private ModelSet paymentsFirst(String amount, String reference) throws IOException {
        String schema = SCHEMA.formatted("", amount, reference);
        int orders = schema.indexOf("  - name: orders\n    config:");
        int payments = schema.indexOf("  - name: payments");
        return written(schema.substring(0, orders) + schema.substring(payments) + schema.substring(orders, payments));
    }

    private ModelSet written(String schema) throws IOException {
        Path silver = Files.createDirectories(folder.resolve("models/silver"));
        Files.writeString(silver.resolve("schema.yml"), schema);
        Files.writeString(silver.resolve("orders.sql"), """
                SELECT CAST(o.order_id AS varchar) AS order_id, CAST(o.order_version AS integer) AS order_version,
                    CAST(NULLIF(o.amount_cents, 0) AS bigint) AS amount_cents,
                    CAST(o.event_time AS timestamp with time zone) AS updated_at,
                    CAST(o.event_type = 'GONE' AS boolean) AS is_gone
                FROM {{ ref('bronze.orders') }} AS o
                WHERE o.event_type <> 'PAID'
                """);
        Files.writeString(silver.resolve("payments.sql"), """
                SELECT CAST(p.order_id AS varchar) AS payment_id, CAST(substr(p.order_id, 3) AS varchar) AS order_id,
                    CAST(p.order_version AS integer) AS order_version
                FROM {{ ref('bronze.orders') }} AS p
                WHERE p.event_type = 'PAID'
                """);
        return ModelSet.load(folder.resolve("models"));
    }

    private static List<OrderEvent> placed(int from, int to) {
        List<OrderEvent> events = new ArrayList<>();
        for (int i = from; i < to; i++) {
            events.add(event("o" + i, "PLACED"));
        }
        return events;
    }

    private static OrderEvent event(String order, String type) {
        return OrderEvent.of(order, type, 1, NOW);
    }

    private static OrderEvent gone(int order) {
        return OrderEvent.of("o" + order, "GONE", 2, NOW);
    }

    private ModelRun run(ModelSet models, String model, List<OrderEvent> events) {
        if (!events.isEmpty()) {
            lake.land(events);
        }
        List<ModelRun> runs;
        ModelEngine engine = lake.engine();
        runs = engine.run(models, log);

        log.append("round-" + rounds++, runs);
        return runs.stream()
                .filter(run -> run.model().equals(model))
                .findFirst()
                .orElseThrow();
    }

    private ModelRun orders(ModelSet models, List<OrderEvent> events) {
        return run(models, "silver.orders", events);
    }

    private void passes(ModelRun run) {
        assertThat(run.kind()).as("%s", run.tests()).isIn(ModelRun.Kind.INCREMENT, ModelRun.Kind.REBUILD);
        assertThat(run.tests()).isNotEmpty().allMatch(result -> result.status() == TestResult.Status.PASS);
    }

    private void refused(ModelRun run, String... message) {
        assertThat(run.kind()).isEqualTo(ModelRun.Kind.REFUSED);
        assertThat(run.tests())
                .filteredOn(TestResult::blocks)
                .singleElement()
                .satisfies(result -> assertThat(result.message()).contains(message));
    }

    private List<String> keys(String table) {
        return lake.records(table).stream()
                .map(row -> String.valueOf(row.get(0)))
                .sorted()
                .toList();
    }

    @Test
    void a_table_that_loses_more_rows_than_allowed_is_not_published() throws IOException {
        ModelSet models = models("row_count: {max_drop: 0.25}", "", "");
        passes(orders(models, placed(0, 10)));
        passes(orders(models, List.of(gone(0), gone(1))));

        // The mean of 10 and 8 rows is 9; three quarters of it are 7.
        refused(orders(models, List.of(gone(2), gone(3))), "expected 7 to Infinity rows, found 6");
        assertThat(keys("silver.orders")).hasSize(8);

        passes(orders(models, placed(10, 11)));
        assertThat(keys("silver.orders")).hasSize(7).doesNotContain("o2", "o3");
    }

    @Test
    void a_table_that_grows_more_than_allowed_is_not_published_and_only_the_newest_runs_count() throws IOException {
        ModelSet models = models("row_count: {max_growth: 0.5, runs: 1}", "", "");
        passes(orders(models, placed(0, 4)));
        passes(orders(models, placed(4, 6)));
        passes(orders(models, placed(6, 9)));

        refused(orders(models, placed(9, 15)), "expected 0 to 14 rows, found 15");
        assertThat(keys("silver.orders")).hasSize(9);

        List<OrderEvent> fewer = List.of(gone(0), gone(1));
        passes(orders(models, fewer));
        assertThat(keys("silver.orders")).hasSize(13);
    }

    @Test
    void a_reference_to_nothing_is_not_published_until_what_it_names_is_there() throws IOException {
        ModelSet models = models("", "", "relationships: {to: \"ref('silver.orders')\", field: order_id}");
        List<OrderEvent> both = placed(0, 2);
        both.add(event("p-o0", "PAID"));
        passes(run(models, "silver.payments", both));

        refused(
                run(models, "silver.payments", List.of(event("p-o1", "PAID"), event("p-o7", "PAID"))),
                "expected every value in silver.orders.order_id, found 1 that are not there");
        assertThat(keys("silver.payments")).containsExactly("p-o0");

        passes(run(models, "silver.payments", placed(7, 8)));
        assertThat(keys("silver.payments")).containsExactly("p-o0", "p-o1", "p-o7");
    }

    @Test
    void a_reference_sees_what_the_same_round_makes_of_the_table_that_it_names() throws IOException {
        List<OrderEvent> both = placed(0, 2);
        both.add(event("p-o0", "PAID"));
        both.add(event("p-o1", "PAID"));
        ModelSet models = paymentsFirst("", "relationships: {to: \"ref('silver.orders')\", field: order_id}");
        assertThat(models.models()).extracting(Model::name).containsExactly("silver.orders", "silver.payments");

        passes(run(models, "silver.payments", both));
        assertThat(keys("silver.payments")).containsExactly("p-o0", "p-o1");

        assertThat(paymentsFirst("", "").models())
                .extracting(Model::name)
                .containsExactly("silver.payments", "silver.orders");
    }

    @Test
    void references_both_ways_are_told_for_neither_table_could_be_first() throws IOException {
        assertThatThrownBy(() -> models(
                        "",
                        "relationships: {to: \"ref('silver.payments')\", field: order_version}",
                        "relationships: {to: \"ref('silver.orders')\", field: order_id}"))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_INVALID))
                .hasMessageContaining("schema.yml:23")
                .hasMessageContaining("relationships(amount_cents) of silver.orders")
                .hasMessageContaining("a query in models/tests")
                .hasMessageContaining("silver.orders -> silver.payments -> silver.orders");
    }

    @Test
    void a_table_whose_newest_value_is_too_old_is_not_published() throws IOException {
        ModelSet models = models("freshness: {column: updated_at, max_age: 1d}", "", "");
        OrderEvent old = OrderEvent.of("old", "PLACED", 1, NOW.minus(Duration.ofDays(2)));
        refused(orders(models, List.of(old)), "expected the newest value at most PT24H old, found PT48H");
        assertThat(lake.records("silver.orders")).isEmpty();

        passes(orders(models, placed(0, 1)));
        assertThat(keys("silver.orders")).containsExactly("o0", "old");

        // What is written is old, what is there is not.
        passes(orders(models, List.of(OrderEvent.of("older", "PLACED", 1, NOW.minus(Duration.ofDays(9))))));
    }

    @Test
    void a_column_that_is_suddenly_empty_is_not_published() throws IOException {
        ModelSet models = models("", "distribution: {measure: null_fraction, max_deviation: 3, min_runs: 2}", "");
        for (int round = 0; round < 3; round++) {
            List<OrderEvent> events = placed(10 * round, 10 * round + 9 + round % 2);
            events.add(event("none" + round, "PLACED").amount(0));
            passes(orders(models, events));
        }
        int before = keys("silver.orders").size();

        List<OrderEvent> empty = placed(40, 45);
        for (int i = 0; i < 5; i++) {
            empty.add(event("empty" + i, "PLACED").amount(0));
        }
        refused(orders(models, empty), "expected the null fraction within 3.0 standard deviations", "found 0.5000");
        assertThat(keys("silver.orders")).hasSize(before);

        // With the 40 of a better batch, the refused ones are as rare as in the runs before.
        passes(orders(models, placed(45, 85)));
        assertThat(keys("silver.orders")).hasSize(before + 50);
    }
}
