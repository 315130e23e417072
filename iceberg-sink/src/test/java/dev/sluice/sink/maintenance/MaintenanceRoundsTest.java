package dev.sluice.sink.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.model.Lake;
import dev.sluice.sink.model.ModelEngine;
import dev.sluice.sink.model.ModelSet;
import dev.sluice.sink.model.OrderEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaintenanceRoundsTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Budget TIGHT = new Budget(1 << 20, 2, 0.1, 50, Duration.ZERO, 1, Duration.ofDays(3), 64 << 20);

    @TempDir
    Path folder;

    private final ModelSet models = ModelSet.load(Lake.MODELS);
    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.now().plus(Duration.ofHours(1)));
    private Lake lake;

    @BeforeEach
    void land() {
        lake = Lake.create(folder);
        lake.addChannel();
        for (int hour = 0; hour < 4; hour++) {
            land(hour);
        }
    }

    @AfterEach
    void close() throws Exception {
        lake.close();
    }

    private void land(int hour) {
        lake.land(List.of(OrderEvent.of("order-" + hour, "PLACED", 1, Instant.ofEpochSecond(3600L * hour))));
    }

    private MaintenanceRounds rounds(List<String> names) {
        Holds holds = new Holds(lake.catalog(), models);
        return new MaintenanceRounds(
                lake.catalog(),
                () -> names.stream()
                        .map(name -> new MaintainedTable(name, MaintainedTable.Files.CONTAINERS, holds.of(name)))
                        .toList(),
                new TableMaintenance(TIGHT, new RecordRewriter(), now::get, TableFaults.none()),
                TIGHT,
                MINUTE,
                now::get);
    }

    private int snapshots(String name) {
        Table table = lake.table(name);
        List<Long> ids = new ArrayList<>();
        table.snapshots().forEach(snapshot -> ids.add(snapshot.snapshotId()));
        return ids.size();
    }

    @Test
    void nothing_is_done_before_the_interval_has_passed_and_a_table_that_is_gone_keeps_no_other_from_its_turn() {
        MaintenanceRounds rounds = rounds(List.of("silver.missing", "bronze.orders"));
        assertThat(rounds.run(() -> true).visits()).isEmpty();
        now.updateAndGet(at -> at.plus(MINUTE));
        assertThat(rounds.run(() -> true).visits())
                .singleElement()
                .satisfies(
                        visit -> assertThat(visit.compaction().filesRemoved()).isEqualTo(4));
        assertThat(rounds.run(() -> true).visits())
                .as("the next turn is not due")
                .isEmpty();
    }

    @Test
    void a_model_that_stands_still_keeps_what_it_has_not_consumed_and_lets_go_when_it_has_run() {
        ModelEngine engine = lake.engine();
        engine.run(models);
        for (int hour = 4; hour < 8; hour++) {
            land(hour);
        }
        MaintenanceRounds rounds = rounds(List.of("bronze.orders"));
        now.updateAndGet(at -> at.plus(MINUTE));
        MaintenanceRounds.Round held = rounds.run(() -> true);
        assertThat(held.visits()).singleElement().satisfies(visit -> {
            assertThat(visit.keptFor()).contains("model silver.orders");
            assertThat(visit.expiry().snapshots()).isEqualTo(3);
        });

        engine.run(models);
        assertThat(lake.rows("silver.orders")).hasSize(8);
        now.updateAndGet(at -> at.plus(MINUTE));
        assertThat(rounds.run(() -> true).visits())
                .singleElement()
                .satisfies(visit -> assertThat(visit.keptFor()).isEmpty());
        assertThat(snapshots("bronze.orders")).isEqualTo(1);
        engine.run(models);
        assertThat(lake.rows("silver.orders")).hasSize(8);
    }

    @Test
    void a_leader_that_was_replaced_begins_nothing_more() {
        MaintenanceRounds rounds = rounds(List.of("bronze.orders"));
        now.updateAndGet(at -> at.plus(MINUTE));
        assertThat(rounds.run(() -> false).visits()).isEmpty();
        assertThat(snapshots("bronze.orders")).isEqualTo(4);
    }
}
