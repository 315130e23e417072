package dev.sluice.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpectedTablesTest {
    private static final long HOUR = 3_600_000_000L;
    private static final UUID ORDER = new UUID(0xFFL, 1);

    private final LoadSpec load = LoadSpec.defaults()
            .withEvents(5_000)
            .withOrders(1_000)
            .withFaults(Faults.defaults().withMalformed(Percent.of(5)).withTombstones(Percent.of(1)));

    @Test
    void silver_and_gold_equal_what_a_naive_computation_reads_from_the_bytes() {
        NaiveTables naive = new NaiveTables();
        new LoadGenerator(load, DecodedValue.IDS).forEachRemaining(naive::add);
        ExpectedTables tables = ExpectedTables.of(load);
        assertThat(tables.silverOrders().rows().toList()).isEqualTo(naive.silver());
        assertThat(tables.goldOrders().rows().toList()).isEqualTo(naive.goldOrders());
        assertThat(tables.goldRevenueDaily().rows().toList()).isEqualTo(naive.revenueDaily());
        assertThat(tables.deletedCount()).isBetween(40, 50);
        assertThat(tables.silverOrders().rows()).hasSize(1_000 - tables.deletedCount());
    }

    @Test
    void counts_of_bronze_and_dead_letters_equal_what_a_naive_computation_reads_from_the_bytes() {
        Map<Integer, long[]> counts = new TreeMap<>();
        Map<String, Long> reasons = new TreeMap<>();
        new LoadGenerator(load, DecodedValue.IDS).forEachRemaining(record -> {
            long[] count = counts.computeIfAbsent(record.partition(), p -> new long[4]);
            count[0]++;
            String reason = record.value() == null
                    ? "TOMBSTONE"
                    : DecodedValue.of(record.value()).reason();
            count[reason.isEmpty() ? 1 : reason.equals("TOMBSTONE") ? 2 : 3]++;
            if (!reason.isEmpty() && !reason.equals("TOMBSTONE")) {
                reasons.merge(reason, 1L, Long::sum);
            }
        });
        ExpectedTables tables = ExpectedTables.of(load);
        assertThat(tables.deadLettersByReason()).isEqualTo(reasons);
        assertThat(tables.partitions())
                .isEqualTo(counts.entrySet().stream()
                        .map(entry -> new PartitionCount(
                                entry.getKey(),
                                entry.getValue()[0],
                                entry.getValue()[1],
                                entry.getValue()[2],
                                entry.getValue()[3]))
                        .toList());
        assertThat(tables.deadLetters().rows().mapToLong(row -> (Long) row.get("records")))
                .satisfies(records -> assertThat(
                                records.stream().mapToLong(Long::longValue).sum())
                        .isEqualTo(load.malformed()));
    }

    @Test
    void neither_duplicates_nor_the_order_of_delivery_change_silver_and_gold() {
        List<Delivery> deliveries = new ArrayList<>();
        new EventStream(load).forEachRemaining(deliveries::add);
        ExpectedTables plain = ExpectedTables.of(load);
        deliveries.addAll(List.copyOf(deliveries));
        Collections.shuffle(deliveries, new Random(1));
        same(ExpectedTables.of(load, deliveries), plain);
    }

    @Test
    void the_same_load_twice_doubles_bronze_and_leaves_silver_and_gold() {
        ExpectedTables once = ExpectedTables.of(load);
        ExpectedTables twice = ExpectedTables.of(load, load.withRate(10));
        same(twice, once);
        for (PartitionCount count : once.partitions()) {
            assertThat(twice.partitions())
                    .contains(new PartitionCount(
                            count.partition(),
                            2 * count.records(),
                            2 * count.rows(),
                            2 * count.tombstones(),
                            2 * count.deadLetters()));
        }
    }

    @Test
    void loads_of_other_seeds_or_sizes_share_no_order() {
        ExpectedTables three = ExpectedTables.of(load, load.withSeed(7), load.withEvents(5_001));
        assertThat(three.orderCount() + three.deletedCount()).isEqualTo(3_000);
    }

    @Test
    void one_order_by_hand() {
        long day = LocalDate.parse("2026-03-05").toEpochDay() * 24 * HOUR;
        ExpectedTables tables = ExpectedTables.of(
                load,
                List.of(
                        delivery(EventType.SHIPPED, 3, 900, day + 27 * HOUR - 1, SchemaVersion.V1, null),
                        delivery(EventType.REFUNDED, 4, 250, day + 50 * HOUR, SchemaVersion.V1, null),
                        delivery(EventType.PLACED, 1, 900, day - 1, SchemaVersion.V2, "WEB"),
                        delivery(EventType.PAID, 2, 900, day + 2 * HOUR, SchemaVersion.V2, "WEB"),
                        delivery(EventType.REFUNDED, 5, 400, day + 60 * HOUR, SchemaVersion.V2, "APP")));
        Map<String, Object> silver = tables.silverOrders().rows().toList().get(0);
        assertThat(silver)
                .containsEntry("order_id", "00000000-0000-00ff-0000-000000000001")
                .containsEntry("status", "REFUNDED")
                .containsEntry("order_version", 5)
                .containsEntry("amount_cents", 900L)
                .containsEntry("refund_cents", 400L)
                .containsEntry("channel", "APP")
                .containsEntry("item_count", 2)
                .containsEntry("updated_at", day + 60 * HOUR)
                .containsEntry("placed_at", day - 1)
                .containsEntry("refunded_at", day + 50 * HOUR)
                .containsEntry("delivered_at", null)
                .containsEntry("first_event_at", day - 1)
                .doesNotContainKey("customer_email");
        assertThat(tables.goldOrders().rows().toList().get(0))
                .containsEntry("order_date", LocalDate.parse("2026-03-04"))
                .containsEntry("gross_cents", 900L)
                .containsEntry("refund_cents", 400L)
                .containsEntry("net_cents", 500L)
                .containsEntry("hours_to_ship", 24L);
        Map<String, Object> revenue = new LinkedHashMap<>();
        revenue.put("order_date", LocalDate.parse("2026-03-04"));
        revenue.put("currency", "EUR");
        revenue.put("orders", 1L);
        revenue.put("paid_orders", 1L);
        revenue.put("gross_cents", 900L);
        revenue.put("refund_cents", 400L);
        revenue.put("net_cents", 500L);
        assertThat(tables.goldRevenueDaily().rows()).containsExactly(revenue);
    }

    @Test
    void an_order_with_refunds_only_has_no_amount_and_counts_from_its_first_event() {
        ExpectedTables tables = ExpectedTables.of(
                load, List.of(delivery(EventType.REFUNDED, 4, 250, 50 * HOUR, SchemaVersion.V1, null)));
        assertThat(tables.silverOrders().rows().toList().get(0))
                .containsEntry("amount_cents", null)
                .containsEntry("refund_cents", 250L);
        assertThat(tables.goldOrders().rows().toList().get(0))
                .containsEntry("order_date", LocalDate.parse("1970-01-03"))
                .containsEntry("gross_cents", 0L)
                .containsEntry("net_cents", -250L)
                .containsEntry("hours_to_ship", null);
    }

    @Test
    void the_files_hold_the_rows_with_null_as_nothing(@TempDir Path folder) throws IOException {
        ExpectedTables tables = ExpectedTables.of(load);
        tables.writeTo(folder.resolve("expected"));
        Map<String, Integer> rows = new HashMap<>();
        for (ExpectedTable table : tables.tables()) {
            Path file = folder.resolve("expected").resolve(table.name().replace('.', '_') + ".csv");
            String[] lines = Files.readString(file, UTF_8).split("\r\n", -1);
            assertThat(lines[0]).isEqualTo(String.join(",", table.columns()));
            assertThat(lines[lines.length - 1]).isEmpty();
            rows.put(table.name(), lines.length - 2);
            List<Map<String, Object>> expected = table.rows().toList();
            for (int i = 0; i < expected.size(); i++) {
                List<String> values = expected.get(i).values().stream()
                        .map(value -> value == null ? "" : value.toString())
                        .toList();
                assertThat(lines[i + 1]).isEqualTo(String.join(",", values));
            }
        }
        assertThat(rows).containsEntry("silver.orders", tables.orderCount()).containsEntry("bronze_partitions", 4);
        assertThat(folder.resolve("expected/summary.json"))
                .content()
                .contains(
                        "\"records\" : 5000",
                        "\"dead_letters\" : 250",
                        "\"orders\" : " + tables.orderCount(),
                        "\"seed\" : 42");
    }

    @Test
    void a_folder_that_cannot_be_written_is_named(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("taken"), "");
        ExpectedTables tables = ExpectedTables.of(load.withEvents(10));
        assertThatThrownBy(() -> tables.writeTo(file))
                .isInstanceOf(SluiceException.class)
                .hasMessageContaining("Cannot write expected tables to " + file);
    }

    private static void same(ExpectedTables one, ExpectedTables other) {
        assertThat(one.silverOrders().rows().toList())
                .isEqualTo(other.silverOrders().rows().toList());
        assertThat(one.goldOrders().rows().toList())
                .isEqualTo(other.goldOrders().rows().toList());
        assertThat(one.goldRevenueDaily().rows().toList())
                .isEqualTo(other.goldRevenueDaily().rows().toList());
    }

    private static Delivery delivery(
            EventType type, int version, long cents, long micros, SchemaVersion writer, String channel) {
        OrderEvent event = new OrderEvent(
                new UUID(2, version),
                ORDER,
                17,
                type,
                version,
                cents,
                "EUR",
                "DE",
                "someone@example.com",
                micros,
                List.of(new OrderItem("MUG-1", 3, 200), new OrderItem("PEN-1", 2, 150)),
                writer,
                channel);
        return new Delivery(
                RecordKind.ON_TIME, null, version, event, ORDER.toString().getBytes(UTF_8), 0, micros / 1_000);
    }
}
