package dev.sluice.sink.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.sink.merge.TableFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An affected-keys model opens the files that can hold a touched key, and no others. */
class AffectedKeysTest {
    private static final Instant JANUARY = Instant.parse("2026-01-10T08:00:00Z");
    private static final Instant FEBRUARY = Instant.parse("2026-02-10T08:00:00Z");

    @TempDir
    Path folder;

    private final ModelSet models = ModelSet.load(Lake.MODELS);
    private final List<OrderEvent> landed = new ArrayList<>();
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

    private void land(OrderEvent... events) {
        landed.addAll(List.of(events));
        lake.land(List.of(events));
    }

    private ModelRun run(String model) {
        return lake.engine().run(models.model(model).orElseThrow());
    }

    private ModelRun runAll() {
        run("silver.orders");
        run("gold.fct_orders");
        return run("gold.revenue_daily");
    }

    private void assertRevenueIsRight() {
        assertThat(lake.rows("gold.revenue_daily")).isEqualTo(new ExpectedOrders(landed).revenue());
    }

    private static OrderEvent order(int number, Instant placed) {
        return OrderEvent.of("%s-%d".formatted(placed, number), "PLACED", 1, placed);
    }

    private static OrderEvent[] orders(int number, Instant placed) {
        return IntStream.range(0, number).mapToObj(i -> order(i, placed)).toArray(OrderEvent[]::new);
    }

    /** The data files of the orders of one day's month. */
    private List<Path> files(Instant day) {
        Table table = lake.table("gold.fct_orders");
        return TableFiles.current(
                        table, Expressions.equal("order_date", day.toString().substring(0, 10)))
                .files()
                .stream()
                .map(live -> Path.of(URI.create(live.file().location()).getPath()))
                .toList();
    }

    private static void hide(List<Path> files) throws IOException {
        assertThat(files).isNotEmpty();
        for (Path file : files) {
            Files.move(file, hidden(file));
        }
    }

    private static void show(List<Path> files) throws IOException {
        for (Path file : files) {
            Files.move(hidden(file), file);
        }
    }

    private static Path hidden(Path file) {
        return file.resolveSibling(file.getFileName() + ".hidden");
    }

    @Test
    void the_file_of_a_month_without_a_touched_day_can_be_away_meanwhile() throws IOException {
        land(orders(50, JANUARY));
        land(orders(50, FEBRUARY));
        runAll();
        List<Path> january = files(JANUARY);
        hide(january);
        land(OrderEvent.of(FEBRUARY + "-7", "PAID", 2, FEBRUARY.plusSeconds(60)), order(50, FEBRUARY));

        ModelRun run = runAll();

        assertThat(run.kind()).isEqualTo(ModelRun.Kind.INCREMENT);
        // Two rows that were added, the file with the one that was removed, and the live rows of February.
        assertThat(run.rowsScanned()).isEqualTo(2 + 50 + 51);
        assertRevenueIsRight();
        assertThatThrownBy(() ->
                        lake.engine().rebuild(models.model("gold.revenue_daily").orElseThrow()))
                .as("the file is needed where everything is read")
                .isInstanceOf(RuntimeException.class);
        show(january);
    }

    @Test
    void an_order_that_moves_to_another_month_touches_both() {
        land(orders(3, JANUARY));
        // Nobody has heard yet when it was placed, so it counts where it was first seen.
        land(OrderEvent.of("moving", "PAID", 2, FEBRUARY));
        runAll();
        assertThat(files(FEBRUARY)).hasSize(1);
        land(OrderEvent.of("moving", "PLACED", 1, JANUARY));

        ModelRun run = runAll();

        assertThat(run.counts().updated()).isEqualTo(1);
        assertThat(run.counts().deleted()).isEqualTo(1);
        assertRevenueIsRight();
    }

    @Test
    void what_is_counted_is_the_size_of_the_files_that_are_opened() throws IOException {
        land(orders(20, JANUARY));
        land(orders(20, FEBRUARY));
        runAll();
        long february = size(files(FEBRUARY));
        land(OrderEvent.of(FEBRUARY + "-7", "PAID", 2, FEBRUARY.plusSeconds(60)));

        ModelRun run = runAll();

        long after = size(files(FEBRUARY));
        long added = after - february;
        assertThat(added).isPositive();
        // The new file for its keys, the old one for the key of the row that went, and both for the rows.
        assertThat(run.bytesScanned()).isEqualTo(added + february + after);
    }

    private static long size(List<Path> files) throws IOException {
        long size = 0;
        for (Path file : files) {
            size += Files.size(file);
        }
        return size;
    }

    @Test
    void more_touched_days_than_a_list_compares_with_are_all_made_anew() {
        OrderEvent[] daily = IntStream.range(0, 400)
                .mapToObj(day -> order(day, JANUARY.plus(day, ChronoUnit.DAYS)))
                .toArray(OrderEvent[]::new);
        land(daily);
        runAll();
        land(IntStream.range(0, 400)
                .filter(day -> day % 2 == 0)
                .mapToObj(day -> OrderEvent.of(
                        daily[day].orderId(), "PAID", 2, daily[day].time().plusSeconds(60)))
                .toArray(OrderEvent[]::new));

        assertThat(runAll().counts().updated()).isEqualTo(200);

        assertRevenueIsRight();
    }

    @ParameterizedTest
    @CsvSource({"customer_id, bigint", "country, varchar", "order_version, integer", "updated_at, timestamptz"})
    void the_bounds_of_a_file_are_compared_with_keys_of_any_usual_type(String column, String type) throws IOException {
        ModelSet counts = counts(column, type);
        OrderEvent one = OrderEvent.of("one", "PLACED", 1, JANUARY).country("a country with a long name: DE");
        lake.land(List.of(one));
        lake.engine().run(counts);
        List<Path> first = TableFiles.current(lake.table("silver.orders")).files().stream()
                .map(live -> Path.of(URI.create(live.file().location()).getPath()))
                .toList();
        hide(first);
        lake.land(List.of(
                OrderEvent.of("two", "PLACED", 5, FEBRUARY).country("FR").customer(8),
                OrderEvent.of("three", "PLACED", 5, FEBRUARY).country("FR").customer(8)));

        ModelRun run = lake.engine().run(counts).get(1);

        assertThat(run.rowsScanned())
                .as("the added rows and the rows of their keys")
                .isEqualTo(4);
        assertThat(lake.records("gold.counts"))
                .extracting(row -> row.getField("n"))
                .containsExactlyInAnyOrder(1L, 2L);
        show(first);
    }

    private ModelSet counts(String column, String type) throws IOException {
        Path root = folder.resolve("counts");
        for (String layer : List.of("bronze", "silver", "gold")) {
            Files.createDirectories(root.resolve(layer));
        }
        Files.copy(Lake.MODELS.resolve("bronze/schema.yml"), root.resolve("bronze/schema.yml"));
        Files.writeString(root.resolve("silver/schema.yml"), """
                models:
                  - name: orders
                    config: {materialized: incremental, incremental: delta, unique_key: [order_id], order_by: [order_version]}
                    columns:
                      - {name: order_id, data_type: varchar}
                      - {name: customer_id, data_type: bigint}
                      - {name: country, data_type: varchar}
                      - {name: order_version, data_type: integer}
                      - {name: updated_at, data_type: timestamptz}
                """);
        Files.writeString(root.resolve("silver/orders.sql"), """
                SELECT CAST(o.order_id AS varchar) AS order_id, CAST(o.customer_id AS bigint) AS customer_id,
                    CAST(o.country AS varchar) AS country, CAST(o.order_version AS integer) AS order_version,
                    CAST(o.event_time AS timestamp with time zone) AS updated_at
                FROM {{ ref('bronze.orders') }} AS o
                """);
        Files.writeString(root.resolve("gold/schema.yml"), """
                models:
                  - name: counts
                    config: {materialized: incremental, incremental: affected_keys, unique_key: [%s]}
                    columns:
                      - {name: %s, data_type: %s}
                      - {name: n, data_type: bigint}
                """.formatted(column, column, type));
        Files.writeString(root.resolve("gold/counts.sql"), """
                SELECT CAST(o.%1$s AS %2$s) AS %1$s, CAST(count(*) AS bigint) AS n
                FROM {{ ref('silver.orders') }} AS o
                GROUP BY o.%1$s
                """.formatted(
                        column, type.equals("timestamptz") ? "timestamp with time zone" : type));
        return ModelSet.load(root);
    }
}
