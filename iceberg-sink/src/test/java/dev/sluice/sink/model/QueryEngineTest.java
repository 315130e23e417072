package dev.sluice.sink.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.bronze.FaultyCatalog;
import dev.sluice.sink.duck.DuckDbSettings;
import dev.sluice.sink.query.QueryColumn;
import dev.sluice.sink.query.QueryEngine;
import dev.sluice.sink.query.QueryResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.CatalogProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueryEngineTest {
    private static final Instant DAY = Instant.parse("2026-03-01T00:00:00Z");

    @TempDir
    Path folder;

    private QueryEngine queries(Lake lake) {
        return new QueryEngine(lake.catalog(), new DuckDbSettings("256MB", 1, folder.resolve("query")));
    }

    private static void twoIncrements(Lake lake) {
        ModelSet models = ModelSet.load(Lake.MODELS);
        lake.land(List.of(OrderEvent.of("a", "PLACED", 1, DAY), OrderEvent.of("b", "PLACED", 1, DAY)));
        lake.engine().run(models);
        lake.land(List.of(OrderEvent.of("a", "PAID", 2, DAY.plusSeconds(60))));
        lake.engine().run(models);
    }

    @Test
    void sees_every_table_without_its_deleted_rows() throws IOException {
        try (Lake lake = Lake.create(folder)) {
            twoIncrements(lake);
            QueryResult result = queries(lake)
                    .query("SELECT s.order_id, s.status, f.gross_cents, s.updated_at FROM silver.orders s"
                            + " JOIN gold.fct_orders f USING (order_id) ORDER BY 1");

            assertThat(result.columns()).startsWith(new QueryColumn("order_id", "VARCHAR"));
            assertThat(result.rows())
                    .containsExactly(
                            List.of("a", "PAID", 1000L, OffsetDateTime.parse("2026-03-01T00:01:00Z")),
                            List.of("b", "PLACED", 0L, OffsetDateTime.parse("2026-03-01T00:00:00Z")));
            assertThat(queries(lake)
                            .query("SELECT items FROM bronze.orders LIMIT 1")
                            .rows()
                            .get(0)
                            .get(0))
                    .isEqualTo(List.of(
                            Map.of("sku", "sku-1", "quantity", 1, "unit_price_cents", 100L),
                            Map.of("sku", "sku-2", "quantity", 2, "unit_price_cents", 100L)));
        }
    }

    @Test
    void refuses_what_is_not_a_query_of_the_tables() throws IOException {
        try (Lake lake = Lake.create(folder)) {
            lake.land(List.of(OrderEvent.of("a", "PLACED", 1, DAY)));
            QueryEngine queries = queries(lake);
            for (String sql : List.of(
                    "DELETE FROM bronze.orders",
                    "COPY (SELECT 1) TO 'x.parquet'",
                    "SET threads = 1",
                    "ATTACH 'x.duckdb'",
                    "SELECT * FROM read_text('/etc/hostname')",
                    "SELECT nothing FROM bronze.orders",
                    "SELEC 1",
                    "SELECT 1; DELETE FROM bronze.orders")) {
                assertThatThrownBy(() -> queries.query(sql))
                        .as(sql)
                        .isInstanceOfSatisfying(
                                SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_FAILED));
            }
            assertThat(queries.query("SELECT count(*) FROM bronze.orders").rows())
                    .containsExactly(List.of(1L));
        }
    }

    @Test
    void tables_on_storage_that_is_not_local_are_merged_and_queried_through_their_file_io() throws IOException {
        FaultyCatalog catalog = new FaultyCatalog();
        catalog.initialize("memory", Map.of(CatalogProperties.WAREHOUSE_LOCATION, "memory://lake"));
        try (Lake lake = Lake.on(catalog, folder)) {
            twoIncrements(lake);
            assertThat(queries(lake)
                            .query("SELECT order_id, status FROM silver.orders ORDER BY 1")
                            .rows())
                    .containsExactly(List.of("a", "PAID"), List.of("b", "PLACED"));
            assertThat(lake.rows("gold.revenue_daily")).hasSize(1);
        }
    }

    @Test
    void a_commit_whose_answer_was_lost_is_found_again() throws IOException {
        FaultyCatalog catalog = new FaultyCatalog();
        catalog.initialize("memory", Map.of(CatalogProperties.WAREHOUSE_LOCATION, "memory://lake"));
        try (Lake lake = Lake.on(catalog, folder)) {
            twoIncrements(lake);
            lake.land(List.of(OrderEvent.of("c", "PLACED", 1, DAY)));
            Model silver = ModelSet.load(Lake.MODELS).model("silver.orders").orElseThrow();
            lake.engine((model, attempt) -> catalog.loseTheAnswerOfTheNextCommit())
                    .run(silver);
            assertThat(lake.rows("silver.orders")).hasSize(3);
            assertThat(lake.table("silver.orders").snapshots()).hasSize(3);

            lake.land(List.of(OrderEvent.of("d", "PLACED", 1, DAY)));
            lake.engine((model, attempt) -> {
                        if (attempt == 1) {
                            catalog.loseTheNextCommit();
                        }
                    })
                    .run(silver);
            assertThat(lake.rows("silver.orders")).hasSize(4);
        }
    }
}
