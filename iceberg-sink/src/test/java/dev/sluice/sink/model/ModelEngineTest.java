package dev.sluice.sink.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sink.merge.MergeCounts;
import dev.sluice.sink.merge.Stamp;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelEngineTest {
    private static final Instant DAY = Instant.parse("2026-03-01T00:00:00Z");

    @TempDir
    Path folder;

    private final ModelSet models = ModelSet.load(Lake.MODELS);
    private Lake lake;

    @BeforeEach
    void createLake() {
        lake = Lake.create(folder);
    }

    @AfterEach
    void closeLake() throws Exception {
        lake.close();
    }

    private static OrderEvent event(String order, String type, int version, int hour) {
        return OrderEvent.of(order, type, version, DAY.plusSeconds(hour * 3600L));
    }

    @Test
    void two_increments_reach_gold() {
        lake.land(List.of(event("a", "PLACED", 1, 1), event("b", "PLACED", 1, 2), event("a", "PAID", 2, 3)));
        List<ModelRun> first = lake.engine().run(models);
        assertThat(first)
                .extracting(ModelRun::model)
                .containsSubsequence("silver.orders", "gold.fct_orders", "gold.revenue_daily");

        lake.addChannel();
        lake.land(List.of(event("a", "SHIPPED", 3, 9), event("c", "PLACED", 1, 30)));
        List<ModelRun> second = lake.engine().run(models);

        assertThat(second.get(0).counts().inserted()).isEqualTo(1);
        assertThat(second.get(0).counts().updated()).isEqualTo(1);
        assertThat(lake.row("silver.orders", "a"))
                .containsEntry("status", "SHIPPED")
                .containsEntry("channel", "WEB")
                .containsEntry("item_count", 2L)
                .containsEntry("placed_at", DAY.plusSeconds(3600).atOffset(ZoneOffset.UTC))
                .containsEntry("paid_at", DAY.plusSeconds(3 * 3600).atOffset(ZoneOffset.UTC));
        assertThat(lake.row("gold.fct_orders", "a"))
                .containsEntry("hours_to_ship", 6L)
                .containsEntry("gross_cents", 1000L)
                .containsEntry("order_date", LocalDate.parse("2026-03-01"));
        assertThat(lake.rows("gold.revenue_daily"))
                .containsExactly(
                        "{currency=EUR, gross_cents=0, net_cents=0, order_date=2026-03-02, orders=1, paid_orders=0, refund_cents=0}",
                        "{currency=EUR, gross_cents=1000, net_cents=1000, order_date=2026-03-01, orders=2, paid_orders=1, refund_cents=0}");
    }

    @Test
    void an_older_event_never_overwrites_a_newer_one_and_still_improves_it() {
        lake.land(List.of(event("a", "SHIPPED", 3, 30).country("FR")));
        lake.engine().run(models);
        assertThat(lake.row("gold.fct_orders", "a")).containsEntry("order_date", LocalDate.parse("2026-03-02"));

        lake.land(List.of(event("a", "PLACED", 1, 1).country("DE")));
        List<ModelRun> runs = lake.engine().run(models);

        assertThat(runs.get(0).counts()).isEqualTo(new MergeCounts(0, 1, 0, 0, 0));
        assertThat(lake.row("silver.orders", "a"))
                .containsEntry("status", "SHIPPED")
                .containsEntry("country", "FR")
                .containsEntry("order_version", 3)
                .containsEntry("placed_at", DAY.plusSeconds(3600).atOffset(ZoneOffset.UTC));
        assertThat(lake.rows("gold.revenue_daily"))
                .containsExactly(
                        "{currency=EUR, gross_cents=0, net_cents=0, order_date=2026-03-01, orders=1, paid_orders=0, refund_cents=0}");
        assertThat(runs.get(2).counts()).isEqualTo(new MergeCounts(1, 0, 0, 0, 1));
    }

    @Test
    void stale_and_identical_rows_are_counted_and_write_nothing() {
        OrderEvent placed = event("a", "PLACED", 1, 1);
        OrderEvent paid = event("a", "PAID", 2, 2);
        lake.land(List.of(placed, paid, event("b", "PLACED", 1, 1)));
        lake.engine().run(models);
        List<String> before = lake.rows("silver.orders");

        lake.land(List.of(placed, event("b", "PLACED", 1, 1)));
        List<ModelRun> runs = lake.engine().run(models);

        assertThat(runs.get(0).counts()).isEqualTo(new MergeCounts(0, 0, 1, 1, 0));
        assertThat(runs.get(0).bytesWritten()).isZero();
        assertThat(lake.rows("silver.orders")).isEqualTo(before);
        assertThat(lake.engine().run(models)).allMatch(run -> run.kind() == ModelRun.Kind.UP_TO_DATE);
    }

    @Test
    void equal_ordering_and_other_content_end_the_same_in_either_order() {
        OrderEvent one = event("a", "PLACED", 1, 1).country("DE");
        OrderEvent other = event("a", "PLACED", 1, 1).country("FR");
        OrderEvent more = event("b", "PLACED", 1, 1).country("FR");
        OrderEvent less = event("b", "PLACED", 1, 1).country("DE");
        lake.land(List.of(one, more));
        lake.engine().run(models);
        lake.land(List.of(other, less));
        lake.engine().run(models);

        assertThat(lake.row("silver.orders", "a")).containsEntry("country", "FR");
        assertThat(lake.row("silver.orders", "b")).containsEntry("country", "FR");
    }

    @Test
    void running_again_makes_no_snapshot() {
        lake.land(List.of(event("a", "PLACED", 1, 1)));
        lake.engine().run(models);
        long snapshot = lake.table("gold.revenue_daily").currentSnapshot().snapshotId();

        assertThat(lake.engine().run(models))
                .allSatisfy(run -> assertThat(run.snapshotId()).isEmpty());
        assertThat(lake.table("gold.revenue_daily").currentSnapshot().snapshotId())
                .isEqualTo(snapshot);
    }

    @Test
    void models_over_a_missing_or_empty_source_do_nothing() {
        assertThat(lake.engine().run(models)).allMatch(run -> run.kind() == ModelRun.Kind.UP_TO_DATE);
        lake.catalog().dropTable(ModelTables.identifier("bronze.orders"));
        assertThat(lake.engine().run(models)).allMatch(run -> run.kind() == ModelRun.Kind.UP_TO_DATE);
    }

    @Test
    void tombstones_that_name_no_order_only_move_the_stamp() {
        lake.land(List.of(event("a", "PLACED", 1, 1)));
        lake.engine().run(models);
        lake.landKeylessTombstone(null);
        lake.landKeylessTombstone(new byte[] {(byte) 0xff, (byte) 0xfe});

        ModelRun run = lake.engine().run(models).get(0);

        assertThat(run.counts()).isEqualTo(MergeCounts.NONE);
        assertThat(Stamp.of(lake.table("silver.orders")).orElseThrow().upstream())
                .containsEntry(
                        "bronze.orders",
                        lake.table("bronze.orders").currentSnapshot().snapshotId());
        assertThat(lake.rows("silver.orders")).hasSize(1);
    }

    @Test
    void every_snapshot_is_stamped_and_none_has_equality_deletes() {
        History history = History.of(9, 30, 3);
        for (List<OrderEvent> batch : history.batches()) {
            lake.land(batch);
            lake.engine().run(models);
        }
        for (Model model : models.models()) {
            Table table = lake.table(model.name());
            if (table.currentSnapshot() == null) {
                assertThat(model.name()).as("no customers were landed").isEqualTo("silver.customers");
                continue;
            }
            assertThat(((HasTableOperations) table).operations().current().formatVersion())
                    .isEqualTo(3);
            table.snapshots().forEach(snapshot -> {
                assertThat(snapshot.summary())
                        .containsKeys(
                                "sluice.model",
                                "sluice.run-id",
                                "sluice.upstream." + model.driver().name())
                        .doesNotContainKey("added-equality-delete-files");
            });
            assertThat(table.properties())
                    .containsAllEntriesOf(Stamp.of(table).orElseThrow().entries());
        }
        assertThat(lake.table("silver.orders").currentSnapshot().summary()).containsKey("added-dvs");
    }

    @Test
    void the_stamp_survives_a_compaction_and_the_expiry_of_every_older_snapshot() {
        lake.land(List.of(event("a", "PLACED", 1, 1)));
        lake.engine().run(models);
        lake.land(List.of(event("b", "PLACED", 1, 1)));
        lake.engine().run(models);
        lake.compact("silver.orders");
        lake.table("silver.orders")
                .expireSnapshots()
                .retainLast(1)
                .expireOlderThan(System.currentTimeMillis())
                .commit();
        assertThat(lake.table("silver.orders").snapshots()).hasSize(1);

        assertThat(lake.engine().run(models).get(0).kind()).isEqualTo(ModelRun.Kind.UP_TO_DATE);
        lake.land(List.of(event("b", "PAID", 2, 2)));
        lake.engine().run(models);

        assertThat(lake.rows("silver.orders"))
                .isEqualTo(new ExpectedOrders(List.of(
                                event("a", "PLACED", 1, 1), event("b", "PLACED", 1, 1), event("b", "PAID", 2, 2)))
                        .silver().stream()
                                .map(row -> row.replace("channel=WEB", "channel=null"))
                                .toList());
    }

    @Test
    void a_compaction_of_the_upstream_between_two_runs_hides_no_change_from_gold() {
        lake.land(List.of(event("a", "PLACED", 1, 1), event("b", "PLACED", 1, 2)));
        lake.engine().run(models);
        Model silver = models.model("silver.orders").orElseThrow();
        lake.land(List.of(event("a", "PAID", 2, 3), event("c", "PLACED", 1, 1)));
        lake.engine().run(silver);
        lake.compact("silver.orders");
        lake.land(List.of(event("a", "SHIPPED", 3, 5), event("b", "PAID", 2, 3)));
        lake.engine().run(silver);

        lake.engine().run(models);

        ExpectedOrders expected = new ExpectedOrders(List.of(
                event("a", "PLACED", 1, 1),
                event("b", "PLACED", 1, 2),
                event("a", "PAID", 2, 3),
                event("c", "PLACED", 1, 1),
                event("a", "SHIPPED", 3, 5),
                event("b", "PAID", 2, 3)));
        assertThat(lake.rows("gold.fct_orders"))
                .isEqualTo(expected.facts().stream()
                        .map(row -> row.replace("channel=WEB", "channel=null"))
                        .toList());
        assertThat(lake.rows("gold.revenue_daily")).isEqualTo(expected.revenue());
    }
}
