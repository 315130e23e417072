package dev.sluice.sink.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sink.ops.RunLog;
import dev.sluice.sink.quality.TestHistory;
import dev.sluice.sink.quality.TestResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.iceberg.data.Record;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QualityGateTest {
    private static final Instant DAY = Instant.parse("2026-03-01T00:00:00Z");
    private static final String SOURCE = """
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
            """;
    private static final String SILVER = """
            models:
              - name: orders
                config: {materialized: incremental, incremental: delta, unique_key: order_id, order_by: order_version}
                tests: [%s]
                columns:
                  - {name: order_id, data_type: varchar}
                  - {name: status, data_type: varchar, tests: [%s]}
                  - {name: order_version, data_type: integer}
                  - {name: amount_cents, data_type: bigint, tests: [%s]}
                  - {name: updated_at, data_type: timestamptz}
            """;
    private static final String SILVER_SQL = """
            SELECT CAST(o.order_id AS varchar) AS order_id, CAST(o.event_type AS varchar) AS status,
                CAST(o.order_version AS integer) AS order_version, CAST(o.amount_cents AS bigint) AS amount_cents,
                CAST(o.event_time AS timestamp with time zone) AS updated_at
            FROM {{ ref('bronze.orders') }} AS o
            """;
    private static final String GOLD = """
            models:
              - name: by_order
                config: {materialized: incremental, incremental: delta, unique_key: order_id, order_by: order_version}
                columns:
                  - {name: order_id, data_type: varchar}
                  - {name: order_version, data_type: integer}
                  - {name: amount_cents, data_type: bigint, tests: [%s]}
              - name: by_status
                config: {materialized: incremental, incremental: affected_keys, unique_key: status}
                columns:
                  - {name: status, data_type: varchar}
                  - {name: orders, data_type: bigint}
            """;

    @TempDir
    Path folder;

    private Lake lake;

    @BeforeEach
    void createLake() {
        lake = Lake.create(folder);
    }

    @AfterEach
    void closeLake() throws Exception {
        lake.close();
    }

    private ModelSet models(String table, String status, String amount, String goldAmount) throws IOException {
        Path models = folder.resolve("models");
        Files.createDirectories(models.resolve("silver"));
        Files.createDirectories(models.resolve("gold"));
        Files.writeString(models.resolve("silver/schema.yml"), SILVER.formatted(table, status, amount) + SOURCE);
        Files.writeString(models.resolve("silver/orders.sql"), SILVER_SQL);
        Files.writeString(models.resolve("gold/schema.yml"), GOLD.formatted(goldAmount));
        Files.writeString(models.resolve("gold/by_order.sql"), """
                SELECT CAST(s.order_id AS varchar) AS order_id, CAST(s.order_version AS integer) AS order_version,
                    CAST(s.amount_cents AS bigint) AS amount_cents
                FROM {{ ref('silver.orders') }} AS s
                """);
        Files.writeString(models.resolve("gold/by_status.sql"), """
                SELECT CAST(s.status AS varchar) AS status, CAST(count(*) AS bigint) AS orders
                FROM {{ ref('silver.orders') }} AS s GROUP BY s.status
                """);
        return ModelSet.load(models);
    }

    private static OrderEvent event(String order, String type, int version) {
        return OrderEvent.of(order, type, version, DAY.plusSeconds(version));
    }

    private static Map<String, ModelRun> byModel(List<ModelRun> runs) {
        return runs.stream().collect(Collectors.toMap(ModelRun::model, Function.identity()));
    }

    private List<String> keys(String table) {
        return lake.records(table).stream()
                .map(row -> String.valueOf(row.getField("order_id")))
                .sorted()
                .toList();
    }

    @Test
    void rows_that_fail_are_kept_out_with_the_reason_once_however_often_they_come() throws IOException {
        ModelSet models = models(
                "",
                "not_null, accepted_values: {values: [PLACED, PAID]}",
                "expression: {condition: amount_cents >= 0, name: not_negative}",
                "");
        lake.land(List.of(
                event("a", "PLACED", 1),
                event("a", "STOLEN", 2),
                event("b", "LOST", 1).amount(-5),
                event("c", "PAID", 1)));

        Map<String, ModelRun> runs = byModel(lake.engine().run(models));

        assertThat(runs.get("silver.orders").rejected()).isEqualTo(2);
        assertThat(keys("silver.orders")).containsExactly("a", "c");
        assertThat(lake.row("silver.orders", "a")).containsEntry("status", "PLACED");
        assertThat(lake.records("silver.orders__rejected"))
                .extracting(row -> row.getField("order_id") + ": " + row.getField("_rejected_reason"))
                .containsExactlyInAnyOrder("a: accepted_values(status)", "b: accepted_values(status), not_negative");
        Object first = rejectedAt("a");

        lake.land(List.of(event("a", "STOLEN", 2), event("d", "PLACED", 1)));
        assertThat(byModel(lake.engine().run(models)).get("silver.orders").rejected())
                .isEqualTo(1);
        assertThat(lake.records("silver.orders__rejected")).hasSize(2);
        assertThat(rejectedAt("a")).isEqualTo(first);
        assertThat(keys("gold.by_order")).containsExactly("a", "c", "d");

        List<String> before = lake.rows("silver.orders");
        lake.engine().rebuild(models.model("silver.orders").orElseThrow());
        assertThat(lake.rows("silver.orders")).isEqualTo(before);
        assertThat(lake.records("silver.orders__rejected")).hasSize(2);
    }

    private Object rejectedAt(String order) {
        return lake.records("silver.orders__rejected").stream()
                .filter(row -> order.equals(row.getField("order_id")))
                .map(row -> row.getField("_rejected_at"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_rejected_row_takes_its_key_out_of_a_table_that_follows_keys_as_a_rebuild_would() throws IOException {
        ModelSet models = models("", "", "", "expression: {condition: amount_cents < 5000}");
        lake.land(List.of(event("a", "PLACED", 1), event("b", "PLACED", 1)));
        lake.engine().run(models);
        lake.land(List.of(event("a", "PAID", 2).amount(9000)));
        lake.engine().run(models);

        assertThat(keys("gold.by_order")).containsExactly("b");
        List<String> before = lake.rows("gold.by_order");
        lake.engine().rebuild(models.model("gold.by_order").orElseThrow());
        assertThat(lake.rows("gold.by_order")).isEqualTo(before);
        assertThat(keys("gold.by_order__rejected")).containsExactly("a");
    }

    @Test
    void a_warning_keeps_nothing_out() throws IOException {
        ModelSet models = models("", "accepted_values: {values: [PLACED], severity: warn}", "", "");
        lake.land(List.of(event("a", "STOLEN", 1)));

        ModelRun run = byModel(lake.engine().run(models)).get("silver.orders");

        assertThat(run.rejected()).isZero();
        assertThat(run.tests())
                .extracting(TestResult::status, TestResult::failures)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(TestResult.Status.WARN, 1L));
        assertThat(keys("silver.orders")).containsExactly("a");
    }

    @Test
    void a_table_that_fails_is_not_published_and_nothing_downstream_runs_until_it_passes() throws IOException {
        ModelSet models = models("unique: {columns: [amount_cents]}", "", "", "");
        lake.land(List.of(
                event("a", "PLACED", 1).amount(1), event("b", "PLACED", 1).amount(2)));
        lake.engine().run(models);
        long silver = lake.table("silver.orders").currentSnapshot().snapshotId();
        long gold = lake.table("gold.by_order").currentSnapshot().snapshotId();
        int files = dataFiles("silver/orders");

        lake.land(List.of(
                event("c", "PLACED", 1).amount(2), event("d", "PLACED", 1).amount(4)));
        Map<String, ModelRun> runs = byModel(lake.engine().run(models));

        assertThat(runs.get("silver.orders").kind()).isEqualTo(ModelRun.Kind.REFUSED);
        assertThat(runs.get("silver.orders").tests())
                .anySatisfy(result -> assertThat(result.message()).contains("found 1"));
        assertThat(runs.get("gold.by_order").kind()).isEqualTo(ModelRun.Kind.SKIPPED);
        assertThat(runs.get("gold.by_status").kind()).isEqualTo(ModelRun.Kind.SKIPPED);
        assertThat(lake.table("silver.orders").currentSnapshot().snapshotId()).isEqualTo(silver);
        assertThat(lake.table("gold.by_order").currentSnapshot().snapshotId()).isEqualTo(gold);
        assertThat(dataFiles("silver/orders"))
                .as("files of the refused commit are deleted")
                .isEqualTo(files);

        lake.land(List.of(event("b", "PLACED", 2).amount(3)));
        assertThat(lake.engine().run(models)).allMatch(run -> run.kind() == ModelRun.Kind.INCREMENT);
        assertThat(keys("gold.by_order")).containsExactly("a", "b", "c", "d");
    }

    private int dataFiles(String table) throws IOException {
        try (var files = Files.walk(folder.resolve("warehouse").resolve(table))) {
            return (int)
                    files.filter(file -> file.toString().endsWith(".parquet")).count();
        }
    }

    @Test
    void a_query_sees_the_table_as_the_commit_would_leave_it() throws IOException {
        models("", "", "", "");
        Path tests = Files.createDirectories(folder.resolve("models/tests"));
        Files.writeString(tests.resolve("amounts_agree.sql"), """
                -- The sums of both layers.
                SELECT 1
                FROM (SELECT sum(s.amount_cents) AS cents FROM {{ ref('silver.orders') }} AS s) AS a
                CROSS JOIN (SELECT sum(g.amount_cents) AS cents FROM {{ ref('gold.by_order') }} AS g) AS b
                WHERE a.cents <> b.cents
                """);
        Files.writeString(
                tests.resolve("not_too_many.sql"),
                "{{ config(severity='warn') }} SELECT g.order_id FROM {{ ref('gold.by_order') }} AS g WHERE g.order_id >= 'b'");
        ModelSet models = ModelSet.load(folder.resolve("models"));
        lake.land(List.of(event("a", "PLACED", 1)));
        lake.engine().run(models);
        lake.land(List.of(event("b", "PLACED", 1), event("a", "PAID", 2).amount(7)));
        Map<String, ModelRun> runs = byModel(lake.engine().run(models));

        assertThat(runs.get("gold.by_order").kind()).isEqualTo(ModelRun.Kind.INCREMENT);
        assertThat(runs.get("gold.by_order").tests())
                .extracting(result -> result.test().name() + " " + result.status() + " " + result.failures())
                .containsExactlyInAnyOrder("amounts_agree PASS 0", "not_too_many WARN 1");
        assertThat(lake.engine().test(models.model("gold.by_order").orElseThrow(), TestHistory.NONE))
                .hasSize(2);
    }

    @Test
    void relationships_freshness_and_row_counts_are_of_the_whole_table() throws IOException {
        ModelSet models = models(
                "row_count: {min: 1, max: 3}, freshness: {column: updated_at, max_age: 7d, severity: warn}",
                "",
                "",
                "relationships: {to: \"ref('silver.orders')\", field: amount_cents}");
        lake.land(List.of(event("a", "PLACED", 1)));
        List<TestResult> first = results(lake.engine().run(models));
        assertThat(first)
                .extracting(result -> result.test().name() + " " + result.status())
                .containsExactlyInAnyOrder(
                        "row_count() PASS", "freshness(updated_at) WARN", "relationships(amount_cents) PASS");
        lake.land(List.of(event("b", "PLACED", 1), event("c", "PLACED", 1), event("d", "PLACED", 1)));
        assertThat(byModel(lake.engine().run(models)).get("silver.orders").kind())
                .isEqualTo(ModelRun.Kind.REFUSED);
    }

    private static List<TestResult> results(List<ModelRun> runs) {
        List<TestResult> results = new ArrayList<>();
        runs.forEach(run -> results.addAll(run.tests()));
        return results;
    }

    @Test
    void a_figure_far_from_that_of_earlier_runs_is_refused_also_by_a_new_process() throws IOException {
        ModelSet models = models("row_count: {max_growth: 5}", "", "distribution: {max_deviation: 4, min_runs: 3}", "");
        RunLog log = new RunLog(lake.catalog(), Clock.systemUTC());
        for (int i = 0; i < 4; i++) {
            lake.land(List.of(event("o" + i, "PLACED", 1).amount(1000 + i)));
            log.append("round-" + i, lake.engine().run(models, log));
        }
        assertThat(lake.records("ops.model_runs")).hasSize(12);
        assertThat(lake.records("ops.test_results")).hasSize(8);

        lake.land(List.of(event("x", "PLACED", 1).amount(1_000_000)));
        RunLog fresh = new RunLog(lake.catalog(), Clock.systemUTC());
        List<ModelRun> runs = lake.engine().run(models, fresh);
        fresh.append("round-x", runs);

        assertThat(runs.get(0).kind()).isEqualTo(ModelRun.Kind.REFUSED);
        assertThat(runs.get(0).tests())
                .filteredOn(TestResult::blocks)
                .extracting(TestResult::message)
                .singleElement()
                .asString()
                .contains("standard deviations", "found 1.000e+06");
        Record refused = lake.records("ops.model_runs").stream()
                .filter(row -> "refused".equals(row.getField("kind")))
                .findFirst()
                .orElseThrow();
        assertThat(refused.getField("batch")).isEqualTo("round-x");
        assertThat(refused.getField("snapshot_id")).isNull();
    }

    @Test
    void the_log_has_the_figures_of_every_run_and_none_of_an_idle_round() throws IOException {
        ModelSet models = models("", "", "", "");
        RunLog log = new RunLog(lake.catalog(), Clock.systemUTC());
        lake.land(List.of(event("a", "PLACED", 1), event("b", "PLACED", 1)));
        log.append("one", lake.engine().run(models, log));
        log.append("idle", lake.engine().run(models, log));
        lake.land(List.of(event("a", "PAID", 2)));
        log.append("two", lake.engine().run(models, log));

        assertThat(lake.table("ops.model_runs").snapshots()).hasSize(2);
        List<Record> silver = lake.records("ops.model_runs").stream()
                .filter(row -> "silver.orders".equals(row.getField("model")))
                .sorted(java.util.Comparator.comparing(row -> (java.time.OffsetDateTime) row.getField("started_at")))
                .toList();
        assertThat(silver)
                .extracting(
                        row -> row.getField("batch"),
                        row -> row.getField("rows_in"),
                        row -> row.getField("rows_inserted"),
                        row -> row.getField("rows_updated"),
                        row -> row.getField("rows_after"))
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("one", 2L, 2L, 0L, 2L),
                        org.assertj.core.groups.Tuple.tuple("two", 1L, 0L, 1L, 2L));
        assertThat(silver.get(1).getField("snapshot_id"))
                .isEqualTo(lake.table("silver.orders").currentSnapshot().snapshotId());
        assertThat(silver.get(1).getField("upstream").toString()).contains("bronze.orders");
    }
}
