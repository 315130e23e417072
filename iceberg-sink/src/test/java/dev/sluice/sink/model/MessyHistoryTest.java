package dev.sluice.sink.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessyHistoryTest {
    @TempDir
    Path folder;

    private final ModelSet models = ModelSet.load(Lake.MODELS);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void increments_and_one_shot_and_rebuild_end_in_the_judges_tables(long seed) throws Exception {
        History history = History.of(seed, 80, 5);
        ExpectedOrders expected = new ExpectedOrders(history.events());

        try (Lake lake = Lake.create(Files.createDirectories(folder.resolve("increments")))) {
            lake.addChannel();
            for (List<OrderEvent> batch : history.batches()) {
                lake.land(batch);
                lake.engine().run(models);
            }
            assertTables(lake, expected);

            for (Model model : models.models()) {
                ModelRun run = lake.engine().rebuild(model);
                assertThat(run.kind()).isEqualTo(ModelRun.Kind.REBUILD);
            }
            assertTables(lake, expected);
            assertThat(lake.engine().run(models).get(0).kind()).isEqualTo(ModelRun.Kind.UP_TO_DATE);
        }
        try (Lake lake = Lake.create(Files.createDirectories(folder.resolve("one-shot")))) {
            lake.addChannel();
            history.batches().forEach(lake::land);
            lake.engine().run(models);
            assertTables(lake, expected);
        }
    }

    private static void assertTables(Lake lake, ExpectedOrders expected) {
        assertThat(lake.rows("silver.orders")).isEqualTo(expected.silver());
        assertThat(lake.rows("gold.fct_orders")).isEqualTo(expected.facts());
        assertThat(lake.rows("gold.revenue_daily")).isEqualTo(expected.revenue());
    }
}
