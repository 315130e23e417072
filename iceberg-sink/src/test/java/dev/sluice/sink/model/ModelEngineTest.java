package dev.sluice.sink.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
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
                .containsExactly("silver.orders", "gold.fct_orders", "gold.revenue_daily");

        lake.addChannel();
        lake.land(List.of(event("a", "SHIPPED", 3, 9), event("c", "PLACED", 1, 30)));
        List<ModelRun> second = lake.engine().run(models);

        assertThat(second.get(0).counts().inserted()).isEqualTo(1);
        assertThat(second.get(0).counts().updated()).isEqualTo(1);
        assertThat(lake.row("silver.orders", "a"))
                .containsEntry("status", "SHIPPED")
                .containsEntry("channel", "WEB")
                .containsEntry("item_count", 3L)
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
}
