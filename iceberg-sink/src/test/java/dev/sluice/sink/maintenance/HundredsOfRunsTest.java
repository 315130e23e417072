package dev.sluice.sink.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sink.duck.DuckDbSettings;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.model.Lake;
import dev.sluice.sink.model.ModelEngine;
import dev.sluice.sink.model.ModelRun;
import dev.sluice.sink.model.ModelSet;
import dev.sluice.sink.model.OrderEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The engine, its key index and the rounds of maintenance as the service runs them, for a few hundred micro-batches.
 * {@code ThousandBatchesTest} goes on for longer, with nothing but the commits.
 */
class HundredsOfRunsTest {
    private static final int BATCHES = 200;
    private static final int BATCHES_BETWEEN_ROUNDS = 10;
    private static final int NEW_ORDERS = 8;
    private static final int UPDATES = 6;
    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final Budget BUDGET =
            new Budget(32 << 10, 4, 0.1, 20, Duration.ZERO, 10, Duration.ofDays(3), 64 << 20);
    private static final List<String> TABLES = List.of("bronze.orders", "silver.orders");

    @TempDir
    Path folder;

    private final Random random = new Random(11);
    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.now().plus(Duration.ofHours(1)));

    private record Scan(long files, long rows) {}

    private static Scan scan(Table table) throws IOException {
        long files = 0;
        long rows = 0;
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            for (FileScanTask task : tasks) {
                files++;
                rows += task.file().recordCount();
            }
        }
        return new Scan(files, rows);
    }

    private ModelSet models() throws IOException {
        Path silver = Files.createDirectories(folder.resolve("models/silver"));
        Files.writeString(silver.resolve("schema.yml"), """
                sources:
                  - name: bronze
                    tables:
                      - name: orders
                        columns:
                          - {name: order_id, data_type: varchar}
                          - {name: event_type, data_type: varchar}
                          - {name: order_version, data_type: integer}
                          - {name: amount_cents, data_type: bigint}
                models:
                  - name: orders
                    config: {materialized: incremental, incremental: delta, unique_key: order_id, order_by: order_version}
                    columns:
                      - {name: order_id, data_type: varchar}
                      - {name: status, data_type: varchar}
                      - {name: order_version, data_type: integer}
                      - {name: amount_cents, data_type: bigint}
                """);
        Files.writeString(silver.resolve("orders.sql"), """
                SELECT CAST(o.order_id AS varchar) AS order_id, CAST(o.event_type AS varchar) AS status,
                    CAST(o.order_version AS integer) AS order_version, CAST(o.amount_cents AS bigint) AS amount_cents
                FROM {{ ref('bronze.orders') }} AS o
                """);
        return ModelSet.load(folder.resolve("models"));
    }

    private List<OrderEvent> batch(int number) {
        List<OrderEvent> events = new ArrayList<>();
        for (int i = 0; i < NEW_ORDERS; i++) {
            events.add(event(number * NEW_ORDERS + i, number));
        }
        for (int i = 0; i < UPDATES; i++) {
            events.add(event(random.nextInt((number + 1) * NEW_ORDERS), number + 1));
        }
        return events;
    }

    private OrderEvent event(int order, int version) {
        return OrderEvent.of("order-" + order, "V" + version, version, Instant.ofEpochSecond(version))
                .amount(random.nextLong());
    }

    private MaintenanceRounds rounds(Lake lake, ModelSet models) {
        Holds holds = new Holds(lake.catalog(), models);
        DuckRewriter rewriter =
                new DuckRewriter(new DuckDbSettings("256MB", 1, folder.resolve("spill")), folder.resolve("rewrites"));
        return new MaintenanceRounds(
                lake.catalog(),
                () -> TABLES.stream()
                        .map(name -> new MaintainedTable(name, MaintainedTable.Files.CONTAINERS, holds.of(name)))
                        .toList(),
                new TableMaintenance(BUDGET, new SuitingRewriter(rewriter), now::get, TableFaults.none()),
                BUDGET,
                INTERVAL,
                now::get);
    }

    @Test
    void tables_stay_within_their_budgets_and_are_read_at_the_cost_of_fresh_ones() throws Exception {
        ModelSet models = models();
        List<OrderEvent> sent = new ArrayList<>();
        try (Lake lake = Lake.create(Files.createDirectories(folder.resolve("old")));
                Lake fresh = Lake.create(Files.createDirectories(folder.resolve("fresh")))) {
            MaintenanceRounds rounds = rounds(lake, models);
            ModelEngine engine = lake.engine();
            for (int number = 0; number < BATCHES; number++) {
                List<OrderEvent> events = batch(number);
                lake.land(events);
                sent.addAll(events);
                assertThat(engine.run(models)).allMatch(run -> run.kind() != ModelRun.Kind.REFUSED);
                if ((number + 1) % BATCHES_BETWEEN_ROUNDS == 0) {
                    now.updateAndGet(at -> at.plus(INTERVAL));
                    assertThat(rounds.run(() -> true).visits()).hasSameSizeAs(TABLES);
                }
            }

            fresh.land(sent);
            fresh.engine().run(models);

            assertThat(lake.rows("silver.orders")).hasSize(BATCHES * NEW_ORDERS).isEqualTo(fresh.rows("silver.orders"));
            for (String name : TABLES) {
                Table table = lake.table(name);
                Scan cost = scan(table);
                Scan least = scan(fresh.table(name));
                long bytes = size(fresh.table(name));
                assertThat(cost.files())
                        .as("files of %s", name)
                        .isLessThanOrEqualTo(
                                Math.max(least.files(), 1 + bytes / BUDGET.targetFileBytes()) + BUDGET.maxSmallFiles());
                assertThat(cost.rows()).as("rows of %s", name).isLessThanOrEqualTo((long) (least.rows() * 1.1));
                assertThat(table.snapshots())
                        .as("snapshots of %s", name)
                        .hasSizeLessThanOrEqualTo(BUDGET.minSnapshots());
                assertThat(table.currentSnapshot().dataManifests(table.io()))
                        .as("manifests of %s", name)
                        .hasSizeLessThanOrEqualTo(BUDGET.maxManifests());
            }
        }
    }

    private static long size(Table table) throws IOException {
        long bytes = 0;
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            for (FileScanTask task : tasks) {
                bytes += task.file().fileSizeInBytes();
            }
        }
        return bytes;
    }
}
