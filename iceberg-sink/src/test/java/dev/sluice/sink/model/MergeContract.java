package dev.sluice.sink.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sink.duck.DuckDbSettings;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.maintenance.Budget;
import dev.sluice.sink.maintenance.DuckRewriter;
import dev.sluice.sink.maintenance.GroupRewriter;
import dev.sluice.sink.maintenance.Holds;
import dev.sluice.sink.maintenance.MaintainedTable;
import dev.sluice.sink.maintenance.RecordRewriter;
import dev.sluice.sink.maintenance.TableMaintenance;
import dev.sluice.sink.merge.MergeCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.util.ContentFileUtil;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a merge must do whatever the table's format version and partitioning. */
interface MergeContract {
    Instant DAY = Instant.parse("2026-03-01T00:00:00Z");

    int formatVersion();

    /** The {@code partition_by} of each model; null for none. */
    default @Nullable String partitionBy(String model) {
        return null;
    }

    private ModelSet models(Path folder) throws IOException {
        Path copy = folder.resolve("models");
        try (Stream<Path> files = Files.walk(Lake.MODELS)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = copy.resolve(Lake.MODELS.relativize(file));
                Files.createDirectories(target.getParent());
                Files.writeString(target, stored(file));
            }
        }
        return ModelSet.load(copy);
    }

    /** The file, with the format version and the partitions in the config of each model. */
    private String stored(Path file) throws IOException {
        StringBuilder text = new StringBuilder();
        String model = "";
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith("      partition_by: ")) {
                continue;
            }
            text.append(line).append('\n');
            if (line.startsWith("  - name: ")) {
                model = line.substring("  - name: ".length());
            }
            if (line.equals("    config:")) {
                text.append("      format_version: ").append(formatVersion()).append('\n');
                String partitions = partitionBy(model);
                text.append(partitions == null ? "" : "      partition_by: " + partitions + "\n");
            }
        }
        return text.toString();
    }

    private static Lake lake(Path folder) {
        Lake lake = Lake.create(folder);
        lake.addChannel();
        return lake;
    }

    private static OrderEvent event(String order, String type, int version, int hour) {
        return OrderEvent.of(order, type, version, DAY.plusSeconds(hour * 3600L));
    }

    private static void assertTables(Lake lake, List<OrderEvent> events) {
        ExpectedOrders expected = new ExpectedOrders(events);
        assertThat(lake.rows("silver.orders")).isEqualTo(expected.silver());
        assertThat(lake.rows("gold.fct_orders")).isEqualTo(expected.facts());
        assertThat(lake.rows("gold.revenue_daily")).isEqualTo(expected.revenue());
    }

    @Test
    default void a_messy_history_with_every_table_compacted_and_expired_after_every_batch(@TempDir Path folder)
            throws Exception {
        History history = History.of(17, 40, 4);
        ModelSet models = models(folder);
        Budget tight = new Budget(1 << 20, 2, 0.01, 1, Duration.ZERO, 1, Duration.ofDays(3), 64 << 20);
        GroupRewriter duck =
                new DuckRewriter(new DuckDbSettings("256MB", 2, folder.resolve("spill")), folder.resolve("rewrites"));
        GroupRewriter rewriter = (table, group, file) ->
                (table.name().contains("bronze") ? new RecordRewriter() : duck).rewrite(table, group, file);
        try (Lake lake = lake(folder)) {
            TableMaintenance maintenance = new TableMaintenance(tight, rewriter, Clock.systemUTC(), TableFaults.none());
            long commits = 0;
            for (List<OrderEvent> batch : history.batches()) {
                lake.land(batch);
                lake.engine().run(models);
                for (String name : List.of("bronze.orders", "silver.orders", "gold.fct_orders", "gold.revenue_daily")) {
                    MaintainedTable table = new MaintainedTable(
                            name, MaintainedTable.Files.CONTAINERS, new Holds(lake.catalog(), models).of(name));
                    commits += maintenance
                            .run(lake.table(name), table, () -> true)
                            .compaction()
                            .commits();
                }
            }
            assertThat(commits).isGreaterThan(5);
            lake.engine().run(models);
            assertTables(lake, history.events());
            for (Model model : models.models()) {
                List<String> rows = lake.rows(model.name());
                lake.engine().rebuild(model);
                assertThat(lake.rows(model.name())).isEqualTo(rows);
            }
        }
    }

    @Test
    default void a_messy_history_ends_in_the_judges_tables_by_increments_and_by_a_rebuild(@TempDir Path folder)
            throws Exception {
        History history = History.of(11, 60, 4);
        ModelSet models = models(folder);
        try (Lake lake = lake(folder)) {
            for (List<OrderEvent> batch : history.batches()) {
                lake.land(batch);
                lake.engine().run(models);
            }
            assertTables(lake, history.events());
            models.models().forEach(model -> lake.engine().rebuild(model));
            assertTables(lake, history.events());
            assertThat(TableUtil.formatVersion(lake.table("silver.orders"))).isEqualTo(formatVersion());
        }
    }

    @Test
    default void replaced_rows_are_taken_out_of_one_file_each_and_never_twice(@TempDir Path folder) throws Exception {
        ModelSet models = models(folder);
        List<OrderEvent> sent = new ArrayList<>();
        try (Lake lake = lake(folder)) {
            for (int version = 1; version <= 4; version++) {
                List<OrderEvent> batch =
                        List.of(event("a", "PLACED", version, version), event("b" + version, "PLACED", 1, version));
                sent.addAll(batch);
                lake.land(batch);
                lake.engine().run(models);
            }
            assertTables(lake, sent);
            lake.table("silver.orders").newScan().planFiles().forEach(task -> {
                assertThat(task.deletes()).hasSizeLessThanOrEqualTo(1);
                task.deletes().forEach(delete -> {
                    assertThat(delete.content()).isEqualTo(FileContent.POSITION_DELETES);
                    assertThat(delete.format())
                            .isEqualTo(formatVersion() == 3 ? FileFormat.PUFFIN : FileFormat.PARQUET);
                    assertThat(ContentFileUtil.referencedDataFileLocation(delete))
                            .isEqualTo(task.file().location());
                });
            });
        }
    }

    @Test
    default void a_row_that_moves_to_another_partition_leaves_the_old_one(@TempDir Path folder) throws Exception {
        ModelSet models = models(folder);
        List<OrderEvent> sent = List.of(
                event("a", "PAID", 2, 30).country("DE"),
                event("b", "PLACED", 1, 1).country("DE"),
                event("a", "SHIPPED", 3, 31).country("FR"),
                event("a", "PLACED", 1, 1).country("IT"));
        try (Lake lake = lake(folder)) {
            lake.land(sent.subList(0, 2));
            lake.engine().run(models);
            lake.land(sent.subList(2, 3));
            lake.engine().run(models);
            // Moves the day of the fact, and with it the revenue.
            lake.land(sent.subList(3, 4));
            lake.engine().run(models);
            assertTables(lake, sent);
        }
    }

    @Test
    default void a_compaction_between_plan_and_commit_resurrects_no_row(@TempDir Path folder) throws Exception {
        Model silver = models(folder).model("silver.orders").orElseThrow();
        List<OrderEvent> sent = List.of(
                event("a", "PLACED", 1, 1),
                event("b", "PLACED", 1, 2),
                event("a", "PAID", 2, 4),
                event("d", "PLACED", 1, 5));
        try (Lake lake = lake(folder)) {
            lake.land(sent.subList(0, 2));
            lake.engine().run(silver);
            lake.land(sent.subList(2, 4));
            AtomicInteger attempts = new AtomicInteger();
            lake.engine((model, attempt) -> {
                        attempts.set(attempt);
                        if (attempt == 1) {
                            lake.compact("silver.orders");
                        }
                    })
                    .run(silver);
            assertThat(attempts).hasValue(2);
            assertThat(lake.rows("silver.orders")).isEqualTo(new ExpectedOrders(sent).silver());
        }
    }

    @Test
    default void a_tombstone_deletes_for_good(@TempDir Path folder) throws Exception {
        ModelSet models = models(folder);
        OrderEvent stays = event("b", "PLACED", 1, 2);
        try (Lake lake = lake(folder)) {
            lake.land(List.of(event("a", "PLACED", 1, 1), stays));
            lake.engine().run(models);
            lake.landTombstones("a");
            assertThat(lake.engine().run(models).get(0).counts()).isEqualTo(new MergeCounts(0, 0, 0, 0, 1));
            IndexFolder.of(folder, "silver.orders").delete();
            Files.delete(folder.resolve("work/index/silver.orders.deleted.duckdb"));
            lake.land(List.of(event("a", "PAID", 2, 3)));
            lake.engine().run(models);
            assertTables(lake, List.of(stays));
        }
    }
}
