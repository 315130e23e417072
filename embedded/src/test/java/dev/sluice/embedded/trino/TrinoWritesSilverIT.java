package dev.sluice.embedded.trino;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sink.model.EngineSettings;
import dev.sluice.sink.model.Model;
import dev.sluice.sink.model.ModelEngine;
import dev.sluice.sink.model.ModelRun;
import dev.sluice.sink.table.LocalFileIO;
import dev.sluice.sink.trino.TrinoClient;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody else writes to {@code silver.orders}, and Sluice goes on. Silver is judged by a fold written for this test,
 * gold by Trino, which computes it from silver.
 */
@ExtendWith({SharedTrino.class, EmptyLake.class})
class TrinoWritesSilverIT {
    private static final int BATCHES = 9;
    private static final int BEFORE = 4;
    /** Sorts behind every country: of two equally new rows the one whose content sorts last is kept. */
    private static final String MARK = "ZZ";

    private static TrinoFixture trino;
    private static TrinoClient engineer;

    @TempDir
    private Path work;

    private ShippedHistory history;
    private ShippedTables tables;
    private int landed;

    @BeforeAll
    static void logIn(TrinoFixture shared) {
        trino = shared;
        engineer = shared.as("engineer");
    }

    @BeforeEach
    void someBatches() {
        trino.dropTables();
        history = new ShippedHistory(BATCHES);
        tables = new ShippedTables(trino.catalog(), history, work.resolve("engine"));
        while (landed < BEFORE) {
            tables.next();
            landed++;
        }
    }

    @AfterEach
    void close() {
        tables.close();
    }

    @Test
    void whatTrinoUpdatesDeletesAndCompactsStaysAndGoldFollows() {
        Map<String, Map<String, Object>> before = silver();
        long updated = engineer.run("UPDATE silver.orders SET country = '" + MARK + "' WHERE customer_id % 3 = 0")
                .changed();
        Map<String, Map<String, Object>> marked = silver();
        assertThat(updated).isGreaterThan(20);
        assertThat(marked.keySet()).isEqualTo(before.keySet());
        assertThat(marked.values())
                .filteredOn(row -> MARK.equals(row.get("country")))
                .hasSize((int) updated);
        nextBatch();
        assertThat(count("SELECT count(*) FROM gold.fct_orders WHERE country = '" + MARK + "'"))
                .as("orders that no newer event has reached")
                .isBetween(1L, updated);

        long deleted = engineer.run("DELETE FROM silver.orders WHERE customer_id % 4 = 1")
                .changed();
        assertThat(deleted).isGreaterThan(20);
        nextBatch();
        assertThat(count("SELECT count(*) FROM gold.fct_orders WHERE customer_id % 4 = 1"))
                .as("orders of which events came later")
                .isBetween(1L, deleted - 1);

        Map<String, Map<String, Object>> scattered = silver();
        engineer.run("ALTER TABLE silver.orders EXECUTE optimize");
        assertThat(silver()).isEqualTo(scattered);
        assertThat(count("SELECT count(*) FROM silver.\"orders$files\" WHERE content <> 0"))
                .isZero();
        nextBatch();

        // All three between two batches; the rows of the update are compacted before gold has seen them.
        engineer.run("UPDATE silver.orders SET country = 'ZY' WHERE customer_id % 3 = 1");
        engineer.run("ALTER TABLE silver.orders EXECUTE optimize");
        engineer.run("DELETE FROM silver.orders WHERE customer_id % 6 = 1");
        nextBatch();

        // Tables that are made from silver are what they are, whichever way they came about.
        Map<String, Map<String, Object>> facts = rows("gold.fct_orders");
        Map<String, Map<String, Object>> silver = silver();
        for (Model model : ShippedTables.MODELS.models()) {
            if (model.name().startsWith("gold")) {
                assertThat(tables.rebuild(model).succeeded()).isTrue();
            }
        }
        assertThat(rows("gold.fct_orders")).isEqualTo(facts);
        assertThat(silver()).isEqualTo(silver);
        assertGoldIsSilver();
    }

    @Test
    void goldFollowsAnOrderThatTrinoSetsBackWithoutAnyNewEvent() {
        long updated = engineer.run("UPDATE silver.orders SET status = 'PLACED', order_version = 0, paid_at = NULL,"
                        + " updated_at = updated_at - INTERVAL '1' DAY WHERE customer_id % 3 = 0 AND status = 'PAID'")
                .changed();
        assertThat(updated).isPositive();

        List<ModelRun> runs = tables.run();

        assertThat(kind(runs, "silver.orders")).isEqualTo(ModelRun.Kind.UP_TO_DATE);
        assertThat(kind(runs, "gold.fct_orders")).isEqualTo(ModelRun.Kind.INCREMENT);
        assertThat(count("SELECT count(*) FROM gold.fct_orders WHERE order_version = 0"))
                .isEqualTo(updated);
        assertGoldIsSilver();
        nextBatch();
    }

    private static ModelRun.Kind kind(List<ModelRun> runs, String model) {
        return runs.stream()
                .filter(run -> run.model().equals(model))
                .findFirst()
                .orElseThrow()
                .kind();
    }

    /** Lands a batch after whatever Trino has done, and holds silver and gold to it. */
    private void nextBatch() {
        Map<String, Map<String, Object>> wanted = new TreeMap<>(silver());
        onlyBatch(landed).forEach((order, row) -> wanted.put(order, SilverFold.after(wanted.get(order), row)));

        List<ModelRun> runs = tables.next();
        landed++;

        assertThat(runs).allMatch(ModelRun::succeeded);
        wanted.keySet().removeAll(rows("silver.orders__deleted").keySet());
        assertThat(silver()).isEqualTo(wanted);
        assertGoldIsSilver();
        assertThat(count("SELECT count(*) FROM silver.\"orders$files\" WHERE content = 2"))
                .as("equality deletes")
                .isZero();
    }

    /** What the model makes of one batch in a catalog where there is nothing else. */
    private Map<String, Map<String, Object>> onlyBatch(int batch) {
        Path folder = work.resolve("only-" + batch);
        try (JdbcCatalog alone = new JdbcCatalog()) {
            alone.initialize(
                    "alone",
                    Map.of(
                            CatalogProperties.URI, "jdbc:sqlite:" + folder + ".db",
                            CatalogProperties.WAREHOUSE_LOCATION, folder.toUri().toString(),
                            CatalogProperties.FILE_IO_IMPL, LocalFileIO.class.getName()));
            history.land(alone, batch);
            try (ModelEngine engine = new ModelEngine(
                    alone, new EngineSettings(folder.resolve("engine"), "512MB", 2, 5), Clock.systemUTC())) {
                engine.run(ShippedTables.MODELS.models().stream()
                        .filter(model -> model.name().equals("silver.orders"))
                        .findFirst()
                        .orElseThrow());
            }
            return SilverFold.rows(alone.loadTable(TableIdentifier.of("silver", "orders")));
        }
    }

    /** Trino reads silver, does what gold's models say, and finds the same rows in gold. */
    private static void assertGoldIsSilver() {
        for (Model model : ShippedTables.MODELS.models()) {
            if (model.name().startsWith("gold")) {
                String columns = model.columns().stream()
                        .map(column -> "\"" + column.name() + "\"")
                        .collect(Collectors.joining(", "));
                String made = "SELECT %s FROM %s".formatted(columns, model.name());
                String computed = "SELECT %s FROM (%s)"
                        .formatted(
                                columns,
                                // Without a precision Trino keeps milliseconds.
                                model.written().replace("timestamp with time zone", "timestamp(6) with time zone"));
                assertThat(engineer.run("(%s) EXCEPT ALL (%s)".formatted(made, computed))
                                .rows())
                        .as("rows of " + model.name() + " that its refs do not give")
                        .isEmpty();
                assertThat(engineer.run("(%s) EXCEPT ALL (%s)".formatted(computed, made))
                                .rows())
                        .as("rows that " + model.name() + " lacks")
                        .isEmpty();
            }
        }
        assertThat(count("SELECT count(*) - count(DISTINCT order_id) FROM gold.fct_orders"))
                .isZero();
    }

    private static long count(String sql) {
        return ((Number) engineer.run(sql).first().get(0)).longValue();
    }

    private static Map<String, Map<String, Object>> silver() {
        return rows("silver.orders");
    }

    private static Map<String, Map<String, Object>> rows(String name) {
        Table table = trino.catalog().loadTable(TableIdentifier.parse(name));
        return SilverFold.rows(table);
    }
}
