package dev.sluice.sink.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.merge.IndexState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RacingWritersTest {
    private static final Instant DAY = Instant.parse("2026-03-01T00:00:00Z");
    private static final List<OrderEvent> FIRST =
            List.of(event("a", "PLACED", 1, 1), event("b", "PLACED", 1, 2), event("c", "PLACED", 1, 3));
    private static final List<OrderEvent> SECOND =
            List.of(event("a", "PAID", 2, 4), event("d", "PLACED", 1, 5), event("b", "PAID", 2, 6));

    @TempDir
    Path folder;

    private final ModelSet models = ModelSet.load(Lake.MODELS);
    private final Model silver = models.model("silver.orders").orElseThrow();
    private Lake lake;

    @BeforeEach
    void landTwice() {
        lake = Lake.create(folder);
        lake.addChannel();
        lake.land(FIRST);
        lake.engine().run(silver);
        lake.land(SECOND);
    }

    @AfterEach
    void closeLake() throws IOException {
        lake.close();
    }

    private static OrderEvent event(String order, String type, int version, int hour) {
        return OrderEvent.of(order, type, version, DAY.plusSeconds(hour * 3600L));
    }

    private static List<String> expected() {
        List<OrderEvent> all = new ArrayList<>(FIRST);
        all.addAll(SECOND);
        return new ExpectedOrders(all).silver();
    }

    private IndexFolder index() {
        return IndexFolder.of(folder, "silver.orders");
    }

    private ModelEngine interrupted(Runnable otherWriter, AtomicInteger attempts) {
        return lake.engine((model, attempt) -> {
            attempts.set(attempt);
            if (attempt == 1) {
                otherWriter.run();
            }
        });
    }

    @Test
    void a_compaction_between_plan_and_commit_resurrects_no_row() {
        AtomicInteger attempts = new AtomicInteger();
        interrupted(() -> lake.compact("silver.orders"), attempts).run(silver);

        assertThat(attempts).hasValue(2);
        assertThat(lake.rows("silver.orders")).isEqualTo(expected());
    }

    @Test
    void rows_that_another_writer_appends_between_plan_and_commit_stay() {
        AtomicInteger attempts = new AtomicInteger();
        interrupted(
                        () -> {
                            Record row = GenericRecord.create(
                                    lake.table("silver.orders").schema());
                            row.setField("order_id", "z");
                            Lake.append(lake.table("silver.orders"), List.of(row));
                        },
                        attempts)
                .run(silver);

        assertThat(attempts).hasValue(2);
        assertThat(lake.rows("silver.orders")).hasSize(5).containsAll(expected());
    }

    @Test
    void of_two_runs_over_the_same_changes_one_commits_and_the_other_finds_nothing_to_do() {
        AtomicInteger attempts = new AtomicInteger();
        ModelRun late = interrupted(() -> lake.engine().run(silver), attempts).run(silver);

        assertThat(late.kind()).isEqualTo(ModelRun.Kind.UP_TO_DATE);
        assertThat(lake.table("silver.orders").snapshots()).hasSize(2);
        assertThat(lake.rows("silver.orders")).isEqualTo(expected());
    }

    @Test
    void a_writer_that_always_gets_in_first_ends_in_a_conflict() {
        ModelEngine engine = lake.engine((model, attempt) -> lake.compact("silver.orders"));

        assertThatThrownBy(() -> engine.run(silver))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.COMMIT_CONFLICT));
        lake.engine().run(silver);
        assertThat(lake.rows("silver.orders")).isEqualTo(expected());
    }

    @Test
    void a_deleted_index_changes_no_row() throws IOException {
        index().delete();
        lake.engine().run(silver);
        assertThat(lake.rows("silver.orders")).isEqualTo(expected());
    }

    @Test
    void an_index_that_missed_commits_is_caught_up() throws IOException {
        IndexFolder old = index().copyTo(folder.resolve("old"));
        lake.engine().run(silver);
        lake.land(List.of(event("d", "PAID", 2, 7)));
        old.copyTo(index().path());

        ModelRun run = lake.engine().run(silver);

        assertThat(run.counts().updated()).isEqualTo(1);
        assertThat(lake.row("silver.orders", "d")).containsEntry("status", "PAID");
        assertThat(lake.rows("silver.orders")).hasSize(4);
    }

    @Test
    void an_index_that_missed_a_compaction_is_caught_up() {
        lake.compact("silver.orders");
        lake.engine().run(silver);
        assertThat(lake.rows("silver.orders")).isEqualTo(expected());
    }

    @Test
    void the_index_of_another_table_or_no_index_at_all_is_replaced() throws IOException {
        lake.engine().run(models);
        lake.land(List.of(event("c", "PAID", 2, 8)));
        IndexFolder.of(folder, "gold.fct_orders").copyTo(index().path());
        lake.engine().run(silver);
        assertThat(lake.row("silver.orders", "c")).containsEntry("status", "PAID");

        lake.land(List.of(event("c", "SHIPPED", 3, 9)));
        Files.writeString(index().path().resolve("manifest"), "not a manifest");
        lake.engine().run(silver);
        assertThat(lake.row("silver.orders", "c")).containsEntry("status", "SHIPPED");
        assertThat(lake.rows("silver.orders")).hasSize(4);
    }

    /** The late event improves the order's first time, and all else comes from the old row. */
    @ParameterizedTest
    @ValueSource(strings = {"manifest", "keys-", "log-"})
    void an_index_with_a_damaged_file_is_made_anew(String file) throws IOException {
        lake.engine().run(silver);
        index().damage(file);
        OrderEvent late = event("b", "PLACED", 0, 0);
        lake.land(List.of(late));

        ModelRun run = lake.engine().run(silver);

        assertThat(run.counts().updated()).isEqualTo(1);
        List<OrderEvent> all = new ArrayList<>(FIRST);
        all.addAll(SECOND);
        all.add(late);
        assertThat(lake.rows("silver.orders")).isEqualTo(new ExpectedOrders(all).silver());
        assertThat(IndexState.read(index().path().getParent(), "silver.orders"))
                .isInstanceOfSatisfying(
                        IndexState.Known.class,
                        known -> assertThat(known.entries().values().stream()
                                        .mapToLong(Long::longValue)
                                        .sum())
                                .isEqualTo(4));
    }
}
