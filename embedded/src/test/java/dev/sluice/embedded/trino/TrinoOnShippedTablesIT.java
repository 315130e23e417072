package dev.sluice.embedded.trino;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embedded.connect.Checkout;
import dev.sluice.embedded.demo.TableProof;
import dev.sluice.load.ExpectedTable;
import dev.sluice.load.ExpectedTables;
import dev.sluice.sink.audit.AuditLine;
import dev.sluice.sink.audit.CanonicalRow;
import dev.sluice.sink.audit.TableRows;
import dev.sluice.sink.model.ModelRun;
import dev.sluice.sink.trino.TrinoClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Trino on the shipped tables after many batches through Sluice's own engine. The judges are Iceberg's generic reader
 * and the tables that the load generator computes from its seed.
 */
@ExtendWith({SharedTrino.class, EmptyLake.class})
class TrinoOnShippedTablesIT {
    private static final int BATCHES = 8;

    @TempDir
    private static Path work;

    private static TrinoFixture trino;
    private static TrinoClient engineer;
    private static ShippedTables tables;
    private static ExpectedTables expected;

    @BeforeAll
    static void manyBatches(TrinoFixture shared) {
        trino = shared;
        engineer = shared.as("engineer");
        ShippedHistory history = new ShippedHistory(BATCHES);
        expected = history.expected();
        tables = new ShippedTables(shared.catalog(), history, work);
        SampleTables.deadLetters(shared.catalog());
        for (int batch = 0; batch < BATCHES; batch++) {
            assertThat(tables.next()).allMatch(ModelRun::succeeded);
        }
    }

    @AfterAll
    static void close() {
        if (tables != null) {
            tables.close();
        }
    }

    @Test
    void everyRowOfEveryLayerIsWhatIcebergReads() {
        assertThat(tables.names())
                .contains(
                        "bronze.orders",
                        "bronze.customers",
                        "silver.orders",
                        "silver.orders__deleted",
                        "silver.customers",
                        "silver.customers__rejected",
                        "gold.fct_orders",
                        "gold.revenue_daily",
                        "gold.revenue_by_segment");
        for (String name : tables.names()) {
            assertThat(byTrino(name, "")).as(name).isEqualTo(byIceberg(table(name)));
        }
        assertThat(byTrino("bronze.customers", "")).isNotEmpty();
        assertThat(byTrino("silver.customers", "")).isNotEmpty();
        assertThat(byTrino("silver.customers__rejected", "")).isNotEmpty();
        assertThat(byTrino("silver.orders__deleted", "")).hasSize(expected.deletedCount());
        assertThat(byTrino("gold.revenue_by_segment", "")).isNotEmpty();
    }

    @Test
    void countsAndSumsAreWhatTheSeedSays() {
        for (ExpectedTable one : List.of(expected.silverOrders(), expected.goldOrders(), expected.goldRevenueDaily())) {
            assertThat(new TableProof(table(one.name()), one).check().verdict())
                    .as(one.name())
                    .isEqualTo(AuditLine.Verdict.PASS);
            String sum = one.name().startsWith("silver") ? "amount_cents" : "net_cents";
            assertThat(engineer.run("SELECT count(*), sum(%s) FROM %s".formatted(sum, one.name()))
                            .rows())
                    .containsExactly(List.of(
                            one.rows().count(),
                            one.rows()
                                    .map(row -> row.get(sum))
                                    .filter(Long.class::isInstance)
                                    .mapToLong(cents -> (Long) cents)
                                    .sum()));
        }
    }

    @Test
    void deletionVectorsOfManyMergesAreHonoured() {
        assertThat(
                        count(
                                "SELECT count(*) FROM silver.\"orders$snapshots\" WHERE element_at(summary, 'added-dvs') IS NOT NULL"))
                .isGreaterThanOrEqualTo(BATCHES - 1);
        for (String name : List.of("silver.orders", "gold.fct_orders")) {
            String files = name.replaceFirst("([^.]+)$", "\"$1\\$files\"");
            long deleted = count("SELECT sum(record_count) FROM " + files + " WHERE content = 1");
            long written = count("SELECT sum(record_count) FROM " + files + " WHERE content = 0");
            assertThat(deleted).as(name).isGreaterThan(300);
            assertThat(count("SELECT count(*) FROM " + files + " WHERE content = 2"))
                    .as("equality deletes of " + name)
                    .isZero();
            assertThat(count("SELECT count(*) FROM " + name)).as(name).isEqualTo(written - deleted);
        }
    }

    @Test
    void timeTravelToEachBatchReadsWhatThatBatchLeft() {
        for (int number = 0; number < BATCHES; number++) {
            ShippedTables.Batch left = tables.batches().get(number);
            List<String> names = List.of("bronze.orders", "silver.orders", "gold.fct_orders", "gold.revenue_daily");
            String counts = names.stream()
                    .map(name -> "(SELECT count(*) FROM %s%s)".formatted(name, asOf(left.snapshot(name))))
                    .collect(Collectors.joining(", ", "SELECT ", ""));
            assertThat(engineer.run(counts).rows().get(0))
                    .as("rows of %s after batch %d", names, number)
                    .isEqualTo(names.stream()
                            .map(name -> (long)
                                    byIceberg(table(name), left.snapshot(name)).size())
                            .toList());
            assertThat(byTrino("silver.orders", asOf(left.snapshot("silver.orders"))))
                    .as("silver.orders after batch %d", number)
                    .isEqualTo(byIceberg(table("silver.orders"), left.snapshot("silver.orders")));
            ModelRun run = left.runs().stream()
                    .filter(one -> one.model().equals("silver.orders"))
                    .findFirst()
                    .orElseThrow();
            assertThat(count("SELECT count(*) FROM silver.orders FOR VERSION AS OF "
                            + run.snapshotId().orElseThrow()))
                    .as("what the run of batch %d said", number)
                    .isEqualTo(run.rowsAfter().orElseThrow());
        }
    }

    @Test
    void snapshotsShowSluicesStamps() {
        for (String name : List.of("bronze.orders", "silver.orders", "gold.fct_orders", "gold.revenue_daily")) {
            Map<Object, Map<String, String>> shown = engineer
                    .run("SELECT snapshot_id, summary FROM " + name.replaceFirst("([^.]+)$", "\"$1\\$snapshots\""))
                    .rows()
                    .stream()
                    .collect(Collectors.toMap(row -> row.get(0), row -> stamps((Map<?, ?>) row.get(1))));
            List<Snapshot> own = new ArrayList<>();
            table(name).snapshots().forEach(own::add);
            assertThat(own).as(name).hasSizeGreaterThanOrEqualTo(BATCHES);
            assertThat(shown).hasSize(own.size());
            for (Snapshot snapshot : own) {
                assertThat(shown.get(snapshot.snapshotId()))
                        .as(name)
                        .isNotEmpty()
                        .isEqualTo(stamps(snapshot.summary()));
            }
        }
        tables.batches()
                .forEach(batch -> batch.runs().stream()
                        .filter(run -> run.model().equals("silver.orders"))
                        .forEach(run -> assertThat(engineer.run("SELECT element_at(summary, 'sluice.run-id') FROM "
                                                + "silver.\"orders$snapshots\" WHERE snapshot_id = "
                                                + run.snapshotId().orElseThrow())
                                        .first())
                                .containsExactly(run.runId())));
    }

    @Test
    void theLogOfRunsSaysWhatEachRunDid() {
        List<String> said = engineer
                .run(
                        "SELECT batch, model, run_id, kind, rows_in, rows_inserted, rows_updated, rows_deleted, snapshot_id,"
                                + " cardinality(upstream) FROM ops.model_runs")
                .rows()
                .stream()
                .map(CanonicalRow::of)
                .sorted()
                .toList();

        List<String> done = new ArrayList<>();
        for (int number = 0; number < BATCHES; number++) {
            for (ModelRun run : tables.batches().get(number).runs()) {
                if (run.kind() != ModelRun.Kind.UP_TO_DATE) {
                    done.add(CanonicalRow.of(List.of(
                            "batch-" + number,
                            run.model(),
                            run.runId(),
                            run.kind().name().toLowerCase(Locale.ROOT),
                            run.rowsIn(),
                            run.counts().inserted(),
                            run.counts().updated(),
                            run.counts().deleted(),
                            run.snapshotId().orElseThrow(),
                            run.upstream().size())));
                }
            }
        }
        assertThat(said).hasSizeGreaterThan(BATCHES * 3);
        assertThat(said).isEqualTo(done.stream().sorted().toList());
    }

    @TestFactory
    Stream<DynamicTest> everyQueryOfThePageAndOfTheComposeStacksRuns() {
        ShippedQueries compose = ShippedQueries.of(Checkout.path("compose/README.md"));
        assertThat(compose.queries()).hasSizeGreaterThanOrEqualTo(4);
        return Stream.concat(
                ShippedQueries.of(Checkout.path("docs/how-to/trino.md")).testsOn(engineer), compose.testsOn(engineer));
    }

    private static long count(String sql) {
        return ((Number) engineer.run(sql).first().get(0)).longValue();
    }

    private static String asOf(Snapshot snapshot) {
        return " FOR VERSION AS OF " + snapshot.snapshotId();
    }

    private static Table table(String name) {
        return trino.catalog().loadTable(TableIdentifier.parse(name));
    }

    private static List<String> columns(Table table, Snapshot snapshot) {
        return table.schemas().get(snapshot.schemaId()).columns().stream()
                .map(Types.NestedField::name)
                .toList();
    }

    private static List<String> byTrino(String name, String version) {
        return engineer.run("SELECT * FROM " + name + version).rows().stream()
                .map(CanonicalRow::of)
                .sorted()
                .toList();
    }

    private static List<String> byIceberg(Table table) {
        return table.currentSnapshot() == null ? List.of() : byIceberg(table, table.currentSnapshot());
    }

    private static List<String> byIceberg(Table table, Snapshot snapshot) {
        List<String> rows = new ArrayList<>();
        new TableRows(table, columns(table, snapshot))
                .forEach(snapshot.snapshotId(), row -> rows.add(CanonicalRow.of(row)));
        return rows.stream().sorted().toList();
    }

    private static Map<String, String> stamps(Map<?, ?> summary) {
        return summary.entrySet().stream()
                .filter(entry -> String.valueOf(entry.getKey()).startsWith("sluice."))
                .collect(Collectors.toMap(
                        entry -> String.valueOf(entry.getKey()), entry -> String.valueOf(entry.getValue())));
    }
}
