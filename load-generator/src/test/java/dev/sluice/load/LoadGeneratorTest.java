package dev.sluice.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.error.SluiceException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadGeneratorTest {
    private static final SchemaIds IDS = new SchemaIds(11, 12, 13);
    private final LoadSpec small = LoadSpec.defaults().withEvents(20_000).withOrders(4_000);

    @Test
    void the_same_spec_gives_the_same_bytes_on_every_machine() {
        LoadSpec tiny = LoadSpec.defaults().withEvents(2_000).withOrders(400);
        assertThat(digest(tiny))
                .isEqualTo(digest(tiny))
                .isEqualTo("b56512293da2f41eec6ca94360d8ff0e197031ff4afb9ab733986e283739fc75");
    }

    @Test
    void another_seed_gives_other_records() {
        assertThat(digest(small.withSeed(43))).isNotEqualTo(digest(small));
    }

    @Test
    void rate_and_partitions_do_not_change_the_records() {
        List<LoadRecord> one = records(small.withPartitions(1));
        List<LoadRecord> twelve = records(small.withPartitions(12).withRate(5));
        for (int i = 0; i < one.size(); i++) {
            assertThat(twelve.get(i).key()).isEqualTo(one.get(i).key());
            assertThat(twelve.get(i).value()).isEqualTo(one.get(i).value());
        }
    }

    @ParameterizedTest
    @CsvSource({"1,40000", "2,1", "7,3", "100,40000", "1000,1", "5000,2500", "20000,33", "19999,7000"})
    void exactly_the_events_asked_for_come_out(long events, int orders) {
        LoadSpec spec = small.withEvents(events)
                .withOrders(orders)
                .withFaults(Faults.defaults().withTombstones(Percent.of(3)).withMalformed(Percent.of(10)));
        List<LoadRecord> records = records(spec);
        assertThat(records).hasSize((int) events);
        assertThat(count(records, RecordKind.DUPLICATE)).isEqualTo(spec.duplicates());
        assertThat(count(records, RecordKind.MALFORMED)).isEqualTo(spec.malformed());
        assertThat(count(records, RecordKind.TOMBSTONE)).isEqualTo(spec.tombstones());
        Set<String> orderIds = new HashSet<>();
        records.stream().filter(record -> record.kind().valid()).forEach(record -> orderIds.add(key(record)));
        assertThat(orderIds).hasSize(spec.distinctOrders());
    }

    @Test
    void extreme_faults_still_give_every_record() {
        Faults all = new Faults(Percent.of(30), Percent.of(30), Percent.ZERO, Percent.of(100), Percent.of(30));
        assertThat(records(small.withFaults(all))).hasSize(20_000);
        Faults swapped = Faults.none().withOutOfOrder(Percent.of(100));
        assertThat(records(small.withFaults(swapped))).hasSize(20_000);
    }

    @Test
    void out_of_order_and_late_events_are_as_many_as_asked_for() {
        List<LoadRecord> records = records(LoadSpec.defaults());
        assertThat((double) count(records, RecordKind.OUT_OF_ORDER)).isCloseTo(4_000, within(300.0));
        assertThat((double) count(records, RecordKind.LATE)).isCloseTo(2_000, within(200.0));
    }

    @Test
    void every_malformed_kind_comes_in_turn() {
        Map<MalformedKind, Long> kinds = new HashMap<>();
        records(small).stream()
                .filter(record -> record.malformed() != null)
                .forEach(record -> kinds.merge(record.malformed(), 1L, Long::sum));
        assertThat(kinds).containsOnlyKeys(MalformedKind.values());
        assertThat(kinds.values()).allMatch(count -> count == 25);
    }

    @Test
    void the_partition_is_the_one_that_kafkas_own_partitioner_picks() {
        for (int partitions : new int[] {1, 4, 7, 100}) {
            assertThat(records(small.withEvents(3_000).withPartitions(partitions)))
                    .allSatisfy(record -> assertThat(record.partition())
                            .isEqualTo(BuiltInPartitioner.partitionForKey(record.key(), partitions)));
        }
    }

    @ParameterizedTest
    @CsvSource({"''", "a", "ab", "abc", "abcd", "äöü€", "customer-17"})
    void keys_of_any_length_agree_with_kafkas_partitioner(String key) {
        byte[] bytes = key.getBytes(UTF_8);
        assertThat(new OrderPartitions(1_000).of(bytes)).isEqualTo(BuiltInPartitioner.partitionForKey(bytes, 1_000));
    }

    @Test
    void versions_of_an_order_count_up_without_gap_and_event_time_with_them() {
        Map<String, List<OrderEvent>> orders = new HashMap<>();
        deliveries(small).stream()
                .filter(delivery -> delivery.kind().valid() && delivery.kind() != RecordKind.DUPLICATE)
                .forEach(delivery -> orders.computeIfAbsent(
                                delivery.event().orderId().toString(), id -> new ArrayList<>())
                        .add(delivery.event()));
        assertThat(orders).hasSize(4_000);
        orders.values().forEach(events -> {
            events.sort((a, b) -> Integer.compare(a.version(), b.version()));
            assertThat(events.get(0).type()).isEqualTo(EventType.PLACED);
            for (int i = 0; i < events.size(); i++) {
                assertThat(events.get(i).version()).isEqualTo(i + 1);
                assertThat(events.get(i).eventTimeMicros())
                        .isGreaterThan(i == 0 ? 0 : events.get(i - 1).eventTimeMicros());
            }
        });
    }

    @Test
    void amounts_are_the_sum_of_the_items_except_for_refunds_which_are_never_more() {
        assertThat(deliveries(small)).allSatisfy(delivery -> {
            OrderEvent event = delivery.event();
            long sum = event.items().stream()
                    .mapToLong(item -> item.quantity() * item.unitPriceCents())
                    .sum();
            if (event.type() == EventType.REFUNDED) {
                assertThat(event.amountCents()).isBetween(0L, sum);
            } else {
                assertThat(event.amountCents()).isEqualTo(sum).isPositive();
            }
            assertThat(event.items()).hasSizeBetween(1, 5);
        });
    }

    @Test
    void every_kind_of_life_is_lived() {
        Set<EventType> last = new HashSet<>();
        Map<String, OrderEvent> newest = new HashMap<>();
        deliveries(small)
                .forEach(delivery -> newest.merge(
                        delivery.event().orderId().toString(),
                        delivery.event(),
                        (a, b) -> a.version() > b.version() ? a : b));
        newest.values().forEach(event -> last.add(event.type()));
        assertThat(last).containsExactlyInAnyOrder(EventType.values());
    }

    @Test
    void an_out_of_order_event_comes_a_few_records_after_the_next_version() {
        List<Delivery> deliveries = deliveries(small);
        Map<String, Integer> places = firstPlaces(deliveries);
        long swapped = 0;
        for (int i = 0; i < deliveries.size(); i++) {
            if (deliveries.get(i).kind() == RecordKind.OUT_OF_ORDER) {
                OrderEvent event = deliveries.get(i).event();
                Integer next = places.get(event.orderId() + "/" + (event.version() + 1));
                assertThat(next).isNotNull().isBetween(i - 20, i - 1);
                swapped++;
            }
        }
        assertThat(swapped).isPositive();
    }

    @Test
    void a_late_event_comes_long_after_events_of_later_time() {
        List<Delivery> deliveries = deliveries(small);
        long newer = deliveries.stream()
                .filter(delivery -> delivery.kind() == RecordKind.LATE)
                .filter(delivery ->
                        delivery.timestampMillis() * 1_000 - delivery.event().eventTimeMicros() > 3_600_000_000L)
                .count();
        long late = deliveries.stream()
                .filter(delivery -> delivery.kind() == RecordKind.LATE)
                .count();
        assertThat(late).isPositive();
        assertThat((double) newer / late).isGreaterThan(0.9);
    }

    @Test
    void a_duplicate_has_the_key_and_bytes_of_an_earlier_record_of_its_partition() {
        Set<String> seen = new HashSet<>();
        for (LoadRecord record : records(small)) {
            String identity = record.partition()
                    + key(record)
                    + (record.value() == null ? "" : HexFormat.of().formatHex(record.value()));
            if (record.kind() == RecordKind.DUPLICATE) {
                assertThat(seen).contains(identity);
            }
            seen.add(identity);
        }
    }

    @Test
    void record_timestamps_never_fall() {
        long last = 0;
        for (LoadRecord record : records(small)) {
            assertThat(record.timestampMillis()).isGreaterThanOrEqualTo(last);
            last = record.timestampMillis();
        }
    }

    @Test
    void resuming_gives_exactly_what_was_not_there() {
        List<LoadRecord> all = records(small);
        long[] there = {1_000, 0, 2_500, 999_999};
        Iterator<LoadRecord> rest = new LoadGenerator(small, IDS, Skip.of(small, there));
        long[] left = there.clone();
        for (LoadRecord record : all) {
            if (left[record.partition()]-- <= 0) {
                LoadRecord resumed = rest.next();
                assertThat(resumed.partition()).isEqualTo(record.partition());
                assertThat(resumed.key()).isEqualTo(record.key());
                assertThat(resumed.value()).isEqualTo(record.value());
                assertThat(resumed.timestampMillis()).isEqualTo(record.timestampMillis());
            }
        }
        assertThat(rest.hasNext()).isFalse();
        assertThatThrownBy(rest::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void resuming_needs_a_count_for_every_partition() {
        assertThatThrownBy(() -> Skip.of(small, 1, 2))
                .isInstanceOf(SluiceException.class)
                .hasMessageContaining("expected one count for each of 4 partitions, found 2");
    }

    private static Map<String, Integer> firstPlaces(List<Delivery> deliveries) {
        Map<String, Integer> places = new HashMap<>();
        Predicate<Delivery> valid = delivery -> delivery.kind().valid();
        for (int i = 0; i < deliveries.size(); i++) {
            if (valid.test(deliveries.get(i))) {
                OrderEvent event = deliveries.get(i).event();
                places.putIfAbsent(event.orderId() + "/" + event.version(), i);
            }
        }
        return places;
    }

    private static List<Delivery> deliveries(LoadSpec spec) {
        List<Delivery> deliveries = new ArrayList<>();
        new EventStream(spec).forEachRemaining(deliveries::add);
        return deliveries;
    }

    private static List<LoadRecord> records(LoadSpec spec) {
        List<LoadRecord> records = new ArrayList<>();
        new LoadGenerator(spec, IDS).forEachRemaining(records::add);
        return records;
    }

    private static long count(List<LoadRecord> records, RecordKind kind) {
        return records.stream().filter(record -> record.kind() == kind).count();
    }

    private static String key(LoadRecord record) {
        return new String(record.key(), UTF_8);
    }

    private static String digest(LoadSpec spec) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (LoadRecord record : records(spec)) {
                byte[] value = record.value() == null ? new byte[0] : record.value();
                digest.update(ByteBuffer.allocate(20)
                        .putInt(record.partition())
                        .putLong(record.timestampMillis())
                        .putInt(record.value() == null ? -1 : value.length)
                        .putInt(Arrays.hashCode(record.key()))
                        .array());
                digest.update(value);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
