package dev.sluice.embedded.trino;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embedded.connect.Checkout;
import dev.sluice.embedded.demo.TableProof;
import dev.sluice.load.ExpectedTable;
import dev.sluice.load.ExpectedTables;
import dev.sluice.sink.audit.AuditLine;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.model.EngineSettings;
import dev.sluice.sink.model.Model;
import dev.sluice.sink.model.ModelEngine;
import dev.sluice.sink.model.ModelRun;
import dev.sluice.sink.model.ModelSet;
import dev.sluice.sink.model.trino.TrinoEngine;
import dev.sluice.sink.table.LocalFileIO;
import dev.sluice.sink.trino.TrinoClient;
import dev.sluice.sink.trino.TrinoCluster;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The shipped models, once in DuckDB and once in Trino, on the same history. */
@ExtendWith({SharedTrino.class, EmptyLake.class})
class TrinoModelsIT {
    private static final ModelSet MODELS = ModelSet.load(Checkout.path("models"));
    private static final int STRETCHES = 5;

    private static TrinoFixture trino;

    @TempDir
    private Path work;

    @BeforeAll
    static void start(TrinoFixture shared) {
        trino = shared;
    }

    @Test
    void everyRowOfEveryTableIsWhatDuckDbMakesAndWhatTheJudgeSays() throws Exception {
        ShippedHistory history = new ShippedHistory(STRETCHES);
        TrinoClient other = trino.as("engineer");
        try (JdbcCatalog local = localCatalog();
                ModelEngine duck = new ModelEngine(
                        local, new EngineSettings(work.resolve("duck"), "512MB", 2, 5), Clock.systemUTC());
                ModelEngine cluster = trinoEngine(TableFaults.none())) {
            for (int stretch = 0; stretch < STRETCHES; stretch++) {
                history.land(local, stretch);
                history.land(trino.catalog(), stretch);
                if (stretch == 2) {
                    // Rows that no run has seen yet move to other files.
                    other.run("ALTER TABLE bronze.orders EXECUTE optimize");
                }
                if (stretch == 3) {
                    other.run("ALTER TABLE silver.orders EXECUTE optimize");
                    other.run("ALTER TABLE gold.fct_orders EXECUTE optimize");
                }
                List<ModelRun> byDuck = duck.run(MODELS);
                List<ModelRun> byTrino = cluster.run(MODELS);

                assertThat(byTrino).allMatch(ModelRun::succeeded);
                assertThat(byTrino)
                        .extracting(ModelRun::rowsIn)
                        .isEqualTo(byDuck.stream().map(ModelRun::rowsIn).toList());
                assertThat(byTrino)
                        .extracting(ModelRun::rejected)
                        .isEqualTo(byDuck.stream().map(ModelRun::rejected).toList());
                assertSameTables(local);
                System.out.println(byTrino.stream()
                        .map(run -> "%s %s in=%d %s scanned=%d rows %d bytes written=%d bytes %d ms"
                                .formatted(
                                        run.model(),
                                        run.kind(),
                                        run.rowsIn(),
                                        run.counts(),
                                        run.rowsScanned(),
                                        run.bytesScanned(),
                                        run.bytesWritten(),
                                        run.elapsedMillis()))
                        .toList());
            }
            assertThat(cluster.run(MODELS)).allMatch(run -> run.kind() == ModelRun.Kind.UP_TO_DATE);
            assertJudged(history.expected());
            Map<String, List<String>> before = tables(trino.catalog());

            List<ModelRun> rebuilt = new ArrayList<>();
            MODELS.models().forEach(model -> rebuilt.add(cluster.rebuild(model)));

            assertThat(rebuilt)
                    .allMatch(run ->
                            run.kind() == ModelRun.Kind.REBUILD && !run.counts().changesRows());
            assertThat(tables(trino.catalog())).isEqualTo(before);
            assertThat(other.run("SHOW TABLES FROM sluice_staging").rows()).isEmpty();
        }
    }

    private ModelEngine trinoEngine(TableFaults faults) {
        TrinoEngine engine = new TrinoEngine(
                TrinoCluster.of(trino.server().jdbcUrl(), "engineer"),
                work.resolve("trino"),
                Clock.systemUTC(),
                faults);
        return new ModelEngine(trino.catalog(), engine, 5, Clock.systemUTC(), faults);
    }

    private JdbcCatalog localCatalog() {
        JdbcCatalog catalog = new JdbcCatalog();
        catalog.initialize(
                "lake",
                Map.of(
                        CatalogProperties.URI, "jdbc:sqlite:" + work.resolve("catalog.db"),
                        CatalogProperties.WAREHOUSE_LOCATION,
                                work.resolve("warehouse").toUri().toString(),
                        CatalogProperties.FILE_IO_IMPL, LocalFileIO.class.getName()));
        return catalog;
    }

    private static void assertSameTables(Catalog local) {
        Map<String, List<String>> made = tables(trino.catalog());
        tables(local)
                .forEach((name, rows) -> assertThat(made.get(name)).as(name).isEqualTo(rows));
        assertThat(made.keySet()).isEqualTo(tables(local).keySet());
        assertThat(made.get("silver.customers__rejected")).isNotEmpty();
    }

    private static void assertJudged(ExpectedTables expected) {
        for (ExpectedTable table :
                List.of(expected.silverOrders(), expected.goldOrders(), expected.goldRevenueDaily())) {
            Table made = trino.catalog().loadTable(TableIdentifier.parse(table.name()));
            assertThat(new TableProof(made, table).check().verdict())
                    .as(table.name())
                    .isEqualTo(AuditLine.Verdict.PASS);
        }
        assertThat(tables(trino.catalog()).get("silver.orders__deleted")).hasSize(expected.deletedCount());
    }

    /** All rows of the models' tables, of those that they kept out and of the keys that they deleted. */
    private static Map<String, List<String>> tables(Catalog catalog) {
        Map<String, List<String>> tables = new LinkedHashMap<>();
        for (Model model : MODELS.models()) {
            for (String name : List.of(model.name(), model.name() + Model.DELETED, model.rejectedTable())) {
                TableIdentifier identifier = TableIdentifier.parse(name);
                if (catalog.tableExists(identifier)) {
                    tables.put(
                            name,
                            new IcebergRows(catalog.loadTable(identifier))
                                    .read().stream()
                                            .map(TrinoModelsIT::text)
                                            .sorted()
                                            .toList());
                }
            }
        }
        return tables;
    }

    /** Without when a row was kept out, and the hash of its text, which each engine writes in its own way. */
    private static String text(Record row) {
        Map<String, Object> fields = new TreeMap<>();
        for (Types.NestedField field : row.struct().fields()) {
            if (!List.of("_pos", "_rejected_id", "_rejected_at").contains(field.name())) {
                fields.put(field.name(), row.getField(field.name()));
            }
        }
        return fields.toString();
    }
}
