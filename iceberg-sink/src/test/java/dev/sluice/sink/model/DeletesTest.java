package dev.sluice.sink.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.sink.merge.MergeCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeletesTest {
    private static final Instant DAY = Instant.parse("2026-03-01T00:00:00Z");

    @TempDir
    Path folder;

    private final ModelSet models = ModelSet.load(Lake.MODELS);
    private final Model silver = models.model("silver.orders").orElseThrow();
    private Lake lake;

    @BeforeEach
    void createLake() {
        lake = Lake.create(folder);
        lake.addChannel();
    }

    @AfterEach
    void closeLake() throws Exception {
        lake.close();
    }

    private static OrderEvent event(String order, String type, int version, int hour) {
        return OrderEvent.of(order, type, version, DAY.plusSeconds(hour * 3600L));
    }

    private void assertOnly(OrderEvent... events) {
        ExpectedOrders expected = new ExpectedOrders(List.of(events));
        assertThat(lake.rows("silver.orders")).isEqualTo(expected.silver());
        assertThat(lake.rows("gold.fct_orders")).isEqualTo(expected.facts());
        assertThat(lake.rows("gold.revenue_daily")).isEqualTo(expected.revenue());
    }

    @Test
    void a_tombstone_deletes_the_order_in_silver_and_in_gold() {
        OrderEvent stays = event("b", "PLACED", 1, 2);
        lake.land(List.of(event("a", "PLACED", 1, 1), event("a", "PAID", 2, 2), stays));
        lake.engine().run(models);
        lake.landTombstones("a");

        List<ModelRun> runs = lake.engine().run(models);

        assertThat(runs.get(0).counts()).isEqualTo(new MergeCounts(0, 0, 0, 0, 1));
        assertThat(runs.get(1).counts()).isEqualTo(new MergeCounts(0, 0, 0, 0, 1));
        assertOnly(stays);
        assertThat(lake.rows("silver.orders__deleted")).containsExactly("{order_id=a}");
    }

    @Test
    void the_last_order_of_a_day_takes_the_day_with_it() {
        lake.land(List.of(event("a", "PLACED", 1, 1)));
        lake.engine().run(models);
        lake.landTombstones("a");
        lake.engine().run(models);
        assertOnly();
    }

    @Test
    void no_event_brings_a_deleted_order_back_neither_older_nor_newer_nor_in_the_same_batch() {
        lake.land(List.of(event("a", "PLACED", 1, 1)));
        lake.landTombstones("a", "never-seen");
        lake.land(List.of(event("a", "PAID", 2, 2)));
        lake.engine().run(models);
        assertOnly();

        lake.land(List.of(event("a", "PLACED", 1, 1), event("never-seen", "PLACED", 1, 1)));
        ModelRun run = lake.engine().run(models).get(0);
        assertThat(run.counts()).isEqualTo(new MergeCounts(0, 0, 0, 2, 0));
        lake.land(List.of(event("a", "SHIPPED", 3, 3)));
        lake.engine().run(models);
        assertOnly();
    }

    @Test
    void a_deletion_outlives_the_index_and_any_rebuild() throws IOException {
        OrderEvent stays = event("b", "PLACED", 1, 2);
        lake.land(List.of(event("a", "PLACED", 1, 1), stays));
        lake.engine().run(models);
        IndexFolder index = IndexFolder.of(folder, "silver.orders");
        IndexFolder old = index.copyTo(folder.resolve("old"));
        Path deleted = folder.resolve("work/index/silver.orders.deleted.duckdb");
        Path oldDeleted = Files.copy(deleted, folder.resolve("old.deleted.duckdb"));
        lake.landTombstones("a");
        lake.engine().run(models);

        index.delete();
        Files.delete(deleted);
        lake.land(List.of(event("a", "PAID", 2, 3)));
        lake.engine().run(models);
        assertOnly(stays);

        old.copyTo(index.path());
        Files.copy(oldDeleted, deleted, StandardCopyOption.REPLACE_EXISTING);
        lake.land(List.of(event("a", "PAID", 2, 3)));
        lake.engine().run(models);
        assertOnly(stays);

        models.models().forEach(model -> lake.engine().rebuild(model));
        assertOnly(stays);
        lake.land(List.of(event("a", "SHIPPED", 3, 4)));
        lake.engine().run(models);
        assertOnly(stays);
    }

    @Test
    void a_run_killed_between_the_deletion_and_the_rows_is_finished_by_the_next() {
        lake.land(List.of(event("a", "PLACED", 1, 1)));
        lake.engine().run(models);
        lake.landTombstones("a");
        ModelEngine killed = lake.engine((model, attempt) -> {
            throw new IllegalStateException("killed");
        });
        assertThatThrownBy(() -> killed.run(silver)).hasMessage("killed");
        assertThat(lake.rows("silver.orders__deleted")).hasSize(1);
        assertThat(lake.rows("silver.orders")).hasSize(1);

        lake.engine().run(models);

        assertOnly();
        assertThat(lake.rows("silver.orders__deleted")).hasSize(1);
    }

    @Test
    void gold_that_lags_over_a_deletion_and_a_compaction_catches_up() {
        OrderEvent stays = event("b", "PLACED", 1, 2);
        lake.land(List.of(event("a", "PLACED", 1, 1), stays, event("c", "PLACED", 1, 3)));
        lake.engine().run(models);
        lake.land(List.of(event("a", "PAID", 2, 3), event("d", "PLACED", 1, 3)));
        lake.engine().run(silver);
        lake.compact("silver.orders");
        lake.landTombstones("a", "d");
        lake.engine().run(silver);
        lake.land(List.of(event("c", "PAID", 2, 4)));
        lake.engine().run(silver);
        lake.landTombstones("c");
        lake.engine().run(silver);

        lake.engine().run(models);

        assertOnly(stays);
    }

    @Test
    void gold_whose_upstream_history_was_expired_loses_what_silver_lost() {
        OrderEvent stays = event("b", "PLACED", 1, 2);
        lake.land(List.of(event("a", "PLACED", 1, 1), stays));
        lake.engine().run(models);
        lake.landTombstones("a");
        lake.engine().run(silver);
        lake.table("silver.orders")
                .expireSnapshots()
                .retainLast(1)
                .expireOlderThan(Long.MAX_VALUE)
                .commit();

        lake.engine().run(models);

        assertOnly(stays);
    }

    @Test
    void a_messy_history_with_deletions_ends_the_same_in_increments_in_one_run_and_in_a_rebuild() throws Exception {
        History history = History.of(5, 60, 6);
        Set<String> gone = new TreeSet<>();
        for (int order = 0; order < 60; order += 4) {
            gone.add("order-" + order);
        }
        List<OrderEvent> left = new ArrayList<>(history.events());
        left.removeIf(event -> gone.contains(event.orderId()));
        OrderEvent[] rest = left.toArray(OrderEvent[]::new);
        int batch = 0;
        for (List<OrderEvent> events : history.batches()) {
            lake.land(events);
            if (batch++ % 2 == 0) {
                int third = batch / 2;
                lake.landTombstones(gone.stream()
                        .filter(key -> Math.floorMod(key.hashCode(), 3) == third)
                        .toArray(String[]::new));
            }
            lake.engine().run(models);
        }
        assertOnly(rest);
        models.models().forEach(model -> lake.engine().rebuild(model));
        assertOnly(rest);

        lake.close();
        lake = Lake.create(Files.createDirectories(folder.resolve("one-run")));
        lake.addChannel();
        lake.landTombstones(gone.toArray(String[]::new));
        history.batches().forEach(lake::land);
        lake.engine().run(models);
        assertOnly(rest);
    }
}
