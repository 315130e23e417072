package dev.sluice.embedded.trino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.sink.trino.TrinoClient;
import dev.sluice.sink.trino.TrinoCluster;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The shipped access rules, tried by logging in as each of their users. */
@ExtendWith(SharedTrino.class)
class TrinoAccessIT {
    private static final String EMAILS = "SELECT customer_email FROM silver.orders ORDER BY order_id";

    private static TrinoFixture trino;
    private static TrinoClient bi;
    private static TrinoClient analyst;
    private static TrinoClient engineer;

    @BeforeAll
    static void logIn(TrinoFixture shared) {
        trino = shared;
        bi = shared.as("bi");
        analyst = shared.as("analyst");
        engineer = shared.as("engineer");
    }

    @Test
    void biReadsGoldAndDoesNotSeeThatThereIsMore() {
        assertThat(bi.run("SELECT count(*) FROM gold.fct_orders").first()).containsExactly(3L);
        assertThat(bi.run("SHOW SCHEMAS FROM iceberg").first()).containsExactly("gold");
        assertThat(bi.run("SELECT table_schema || '.' || table_name FROM information_schema.tables"
                                + " WHERE table_schema <> 'information_schema'")
                        .first())
                .containsExactlyInAnyOrder("gold.fct_orders", "gold.revenue_daily");
    }

    @Test
    void theAnalystReadsSilverWithMaskedEmails() {
        assertThat(analyst.run(EMAILS).first()).containsExactly("***@example.org", "***@example.org", null);
        assertThat(analyst.run("SELECT count(*) FROM silver.orders WHERE customer_email LIKE 'customer1%'")
                        .first())
                .as("a condition sees the mask too")
                .containsExactly(0L);
    }

    @Test
    void theEngineerReadsEverythingAsItIs() {
        assertThat(engineer.run(EMAILS).first())
                .containsExactly("customer1@example.org", "customer2@example.org", null);
        assertThat(engineer.run("SELECT count(*) FROM bronze.orders").first()).containsExactly(4L);
        assertThat(engineer.run("SELECT count(*) FROM silver.\"orders$files\"").first())
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"bi, bronze.orders", "bi, silver.orders", "analyst, bronze.orders"})
    void otherLayersAreRefused(String user, String table) {
        refused(user, "SELECT * FROM " + table);
    }

    /** Each of these shows, or lets one work out, an e-mail address that the mask hides. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM silver.\"orders$files\"",
                "SELECT * FROM silver.\"orders$entries\"",
                "SELECT * FROM silver.\"orders$all_entries\"",
                "SELECT * FROM silver.\"orders$partitions\"",
                "SELECT * FROM TABLE(iceberg.system.table_changes('silver', 'orders', %d, %d))",
            })
    void theAnalystCannotGoAroundTheMask(String sql) {
        List<Object> snapshots = engineer.run(
                        "SELECT snapshot_id FROM silver.\"orders$snapshots\" ORDER BY committed_at")
                .first();
        refused("analyst", sql.formatted(snapshots.get(0), snapshots.get(1)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DELETE FROM silver.orders",
                "UPDATE silver.orders SET status = 'PAID'",
                "INSERT INTO gold.revenue_daily (currency) VALUES ('EUR')",
                "ANALYZE gold.fct_orders",
                "COMMENT ON TABLE gold.fct_orders IS 'mine'",
                "ALTER TABLE gold.fct_orders SET PROPERTIES format_version = 3",
                "CALL iceberg.system.register_table('gold', 'copy', 'file:///nowhere')",
                "CREATE TABLE gold.copy AS SELECT 1 AS one",
                "CREATE VIEW gold.copy AS SELECT 1 AS one",
                "DROP TABLE gold.fct_orders",
                "CREATE SCHEMA iceberg.mine",
            })
    void readersCannotChangeAnything(String sql) {
        refused("analyst", sql);
        refused("bi", sql);
    }

    /** Trino's rules cannot forbid these by themselves; the always-true row filter in them does. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "optimize",
                "expire_snapshots(retention_threshold => '7d')",
                "remove_orphan_files(retention_threshold => '7d')",
                "rollback_to_snapshot(1)",
                "drop_extended_stats",
            })
    void readersCannotMaintainTables(String procedure) {
        for (TrinoClient reader : List.of(analyst, bi)) {
            assertThatThrownBy(() -> reader.run("ALTER TABLE gold.fct_orders EXECUTE " + procedure))
                    .hasMessageContaining("ALTER TABLE EXECUTE is not supported for table with row filter");
        }
    }

    @Test
    void statisticsOfAMaskedColumnDoNotTellItsValues() {
        assertThat(analyst.run("SHOW STATS FOR silver.orders").rows().toString())
                .doesNotContain("customer1");
    }

    @Test
    void strangersSeeNothing() {
        try (TrinoClient stranger =
                TrinoClient.connect(TrinoCluster.of(trino.server().jdbcUrl(), "mallory"))) {
            assertThatThrownBy(() -> stranger.run("SELECT 1")).hasMessageContaining("Access Denied");
        }
    }

    private static void refused(String user, String sql) {
        TrinoClient client = "bi".equals(user) ? bi : analyst;
        assertThatThrownBy(() -> client.run(sql)).as(user + ": " + sql).hasMessageContaining("Access Denied");
    }
}
