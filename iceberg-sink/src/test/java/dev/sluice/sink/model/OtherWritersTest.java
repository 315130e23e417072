package dev.sluice.sink.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sink.merge.TableFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody corrects a table of Sluice's by hand, and the models go on from there. */
class OtherWritersTest {
    private static final Instant DAY = Instant.parse("2026-03-01T00:00:00Z");

    @TempDir
    Path folder;

    private final ModelSet models = ModelSet.load(Lake.MODELS);
    private Lake lake;

    @BeforeEach
    void landAndRun() {
        lake = Lake.create(folder);
        lake.addChannel();
        lake.land(List.of(event("a", "PLACED", 1, 1), event("a", "PAID", 2, 2), event("b", "PLACED", 1, 3)));
        lake.engine().run(models);
    }

    @AfterEach
    void closeLake() throws IOException {
        lake.close();
    }

    private static OrderEvent event(String order, String type, int version, int hour) {
        return OrderEvent.of(order, type, version, DAY.plusSeconds(hour * 3600L));
    }

    @Test
    void a_table_of_the_same_key_follows_a_row_that_is_set_back() {
        setBack("a");

        lake.engine().run(models);

        assertThat(lake.row("gold.fct_orders", "a"))
                .containsEntry("order_version", 0)
                .containsEntry("status", "CANCELLED");
        assertThat(lake.row("gold.fct_orders", "b")).containsEntry("order_version", 1);
    }

    @Test
    void a_newer_event_wins_over_a_row_that_was_set_back() {
        setBack("a");
        lake.land(List.of(event("a", "SHIPPED", 3, 4)));

        lake.engine().run(models);

        assertThat(lake.row("silver.orders", "a")).containsEntry("status", "SHIPPED");
        assertThat(lake.row("gold.fct_orders", "a"))
                .containsEntry("status", "SHIPPED")
                .containsEntry("order_version", 3);
    }

    /** Replaces the files of silver with one in which the order is cancelled, and older than any event. */
    private void setBack(String order) {
        Table silver = lake.table("silver.orders");
        List<Record> rows = lake.records("silver.orders");
        rows.stream().filter(row -> order.equals(row.getField("order_id"))).forEach(row -> {
            row.setField("order_version", 0);
            row.setField("status", "CANCELLED");
        });
        OverwriteFiles overwrite = silver.newOverwrite();
        TableFiles.current(silver).files().forEach(live -> overwrite.deleteFile(live.file()));
        overwrite.addFile(Lake.write(silver, rows)).commit();
    }
}
