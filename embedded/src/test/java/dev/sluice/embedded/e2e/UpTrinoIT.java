package dev.sluice.embedded.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.app.cli.EnvironmentFile;
import dev.sluice.embedded.trino.Java25;
import dev.sluice.embedded.trino.TrinoCache;
import dev.sluice.error.SluiceException;
import dev.sluice.load.ExpectedTables;
import dev.sluice.load.LoadSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.Snapshot;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** {@code sluice up --trino} on one data folder: first the models run here, then on the cluster, in this order. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class UpTrinoIT {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final List<String> TABLES = List.of(
            "silver.orders", "silver.customers", "gold.fct_orders", "gold.revenue_daily", "gold.revenue_by_segment");
    private static final LoadSpec FIRST =
            LoadSpec.defaults().withEvents(600).withOrders(120).withSeed(3);
    private static final LoadSpec SECOND =
            LoadSpec.defaults().withEvents(300).withOrders(60).withSeed(4);

    @TempDir
    private static Path folder;

    private static Path platform;

    @BeforeAll
    static void needsJava() {
        try {
            Java25.find();
        } catch (SluiceException e) {
            assumeTrue(false, e.getMessage());
        }
        platform = folder.resolve("platform");
        TrinoCache.lendTo(platform);
    }

    @Test
    @Order(1)
    void trino_and_the_embedded_engine_answer_the_same_in_every_row_and_column() {
        Terminal terminal = new Terminal(platform, Pipeline.quick(folder));
        try (SluiceChild up = up(terminal, "first")) {
            assertThat(up.out()).contains("jdbc:trino://127.0.0.1:", "./sluice query --engine trino");

            produce(terminal, FIRST, "--customers=30");
            terminal.awaitCaughtUp(up, LIMIT);

            assertSame(terminal);
            try (Tables tables = tables()) {
                tables.assertEqual(ExpectedTables.of(FIRST));
                assertThat(mergedByTrino(tables)).isFalse();
            }
            up.kill();
        }
    }

    @Test
    @Order(2)
    void the_service_whose_models_run_on_trino_goes_on_with_the_same_tables() throws IOException {
        Path yaml = Pipeline.quick(folder);
        // In one batch: a round of the models on the cluster takes ten seconds, however little is new.
        String text = Files.readString(yaml)
                .replace("type: duckdb", "type: trino")
                .replace("micro-batch: 300ms", "micro-batch: 3s");
        Files.writeString(yaml, text);
        Terminal terminal = new Terminal(platform, yaml);
        try (SluiceChild up = up(terminal, "second")) {
            produce(terminal, SECOND);
            terminal.awaitCaughtUp(up, LIMIT);

            try (Tables tables = tables()) {
                tables.assertEqual(ExpectedTables.of(FIRST, SECOND));
                assertThat(mergedByTrino(tables)).isTrue();
            }
            assertThat(terminal.run("audit").succeeds().out()).contains("Audit: PASS");
        }
    }

    private static SluiceChild up(Terminal terminal, String log) {
        SluiceChild up = terminal.up(folder.resolve(log), "--trino", "--trino-port=0", "--http-port=0");
        assertThat(up.isAlive()).as(up.err()).isTrue();
        return up;
    }

    private static void produce(Terminal terminal, LoadSpec load, String... more) {
        List<String> options = new ArrayList<>(List.of(more));
        options.add("--events=" + load.events());
        options.add("--orders=" + load.orders());
        options.add("--seed=" + load.seed());
        terminal.run("produce", options.toArray(String[]::new)).succeeds();
    }

    private static void assertSame(Terminal terminal) {
        for (String table : TABLES) {
            String sql = "select * from " + table;
            List<String> embedded = rows(terminal.run("query", "-o=json", sql));
            List<String> trino = rows(terminal.run("query", "-o=json", "--engine=trino", sql));
            assertThat(embedded).as(table).isNotEmpty();
            assertThat(trino).as(table).isEqualTo(embedded);
        }
    }

    private static List<String> rows(Invocation query) {
        return query.succeeds().lines().stream().sorted().toList();
    }

    private static Tables tables() {
        return new Tables(Map.of(
                CatalogUtil.ICEBERG_CATALOG_TYPE,
                CatalogUtil.ICEBERG_CATALOG_TYPE_REST,
                CatalogProperties.URI,
                EnvironmentFile.read(platform).get("SLUICE_CATALOG_URI")));
    }

    private static boolean mergedByTrino(Tables tables) {
        for (Snapshot snapshot : tables.table("silver.orders").snapshots()) {
            if (snapshot.summary().containsKey("sluice.merged")) {
                return true;
            }
        }
        return false;
    }
}
