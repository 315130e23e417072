package dev.sluice.sink.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Batches so large, and with so many rows of the same keys, that DuckDB vacuums the batch's table between two
 * statements of a merge. Whatever tells rows apart by DuckDB's row ids across statements loses rows here.
 */
class LargeBatchTest {
    private static final List<String> TYPES = List.of("PLACED", "PAID", "SHIPPED", "DELIVERED", "REFUNDED");
    private static final Instant DAY = Instant.parse("2026-03-01T00:00:00Z");

    @TempDir
    Path folder;

    @Test
    void rows_of_a_batch_whose_keys_repeat_are_all_there() throws IOException {
        try (Lake lake = Lake.create(folder)) {
            lake.addChannel();
            ModelSet models = ModelSet.load(Lake.MODELS);
            List<OrderEvent> all = new ArrayList<>();
            Random random = new Random(9);
            for (int orders : new int[] {9_000, 33_000, 40_000}) {
                List<OrderEvent> batch = new ArrayList<>();
                for (int order = 0; order < orders; order++) {
                    for (int version = 1; version <= TYPES.size(); version++) {
                        batch.add(OrderEvent.of(
                                "order-" + order,
                                TYPES.get(version - 1),
                                version,
                                DAY.plusSeconds(order % 50_000 + version * 3600L)));
                    }
                }
                Collections.shuffle(batch, random);
                List<OrderEvent> part = batch.subList(0, batch.size() * 2 / 3);
                lake.land(part);
                all.addAll(part);
                lake.engine().run(models);

                ExpectedOrders expected = new ExpectedOrders(all);
                assertThat(lake.rows("silver.orders")).isEqualTo(expected.silver());
                assertThat(lake.rows("gold.fct_orders")).isEqualTo(expected.facts());
            }
        }
    }
}
