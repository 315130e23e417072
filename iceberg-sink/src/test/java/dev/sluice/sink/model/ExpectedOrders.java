package dev.sluice.sink.model;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** The judge: silver and gold of a set of events, computed in plain Java with nothing of the sink. */
public final class ExpectedOrders {
    private static final Comparator<OrderEvent> BY_ORDERING =
            Comparator.comparingInt(OrderEvent::version).thenComparing(OrderEvent::time);

    private final Map<String, List<OrderEvent>> byOrder;

    public ExpectedOrders(Collection<OrderEvent> events) {
        byOrder =
                events.stream().collect(Collectors.groupingBy(OrderEvent::orderId, TreeMap::new, Collectors.toList()));
    }

    public List<String> silver() {
        return byOrder.values().stream().map(ExpectedOrders::silver).sorted().toList();
    }

    public List<String> facts() {
        return byOrder.values().stream()
                .map(events -> fact(events).toString())
                .sorted()
                .toList();
    }

    public List<String> revenue() {
        Map<String, long[]> days = new TreeMap<>();
        byOrder.values().forEach(events -> {
            Map<String, Object> fact = fact(events);
            long[] sums = days.computeIfAbsent(fact.get("currency") + " " + fact.get("order_date"), key -> new long[5]);
            sums[0]++;
            sums[1] += fact.get("paid_at") == null ? 0 : 1;
            sums[2] += (long) fact.get("gross_cents");
            sums[3] += (long) fact.get("refund_cents");
            sums[4] += (long) fact.get("net_cents");
        });
        return days.entrySet().stream()
                .map(day -> {
                    String[] key = day.getKey().split(" ");
                    long[] sums = day.getValue();
                    return "{currency=%s, gross_cents=%d, net_cents=%d, order_date=%s, orders=%d, paid_orders=%d, refund_cents=%d}"
                            .formatted(key[0], sums[2], sums[4], key[1], sums[0], sums[1], sums[3]);
                })
                .sorted()
                .toList();
    }

    private static OrderEvent newest(List<OrderEvent> events) {
        return events.stream().max(BY_ORDERING).orElseThrow();
    }

    private static @Nullable Instant first(List<OrderEvent> events, String type) {
        return events.stream()
                .filter(event -> event.type().equals(type))
                .map(OrderEvent::time)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    private static @Nullable Object utc(@Nullable Instant time) {
        return time == null ? null : time.atOffset(ZoneOffset.UTC);
    }

    private static Map<String, Object> lifecycle(List<OrderEvent> events) {
        Map<String, Object> row = new TreeMap<>();
        row.put("placed_at", utc(first(events, "PLACED")));
        row.put("paid_at", utc(first(events, "PAID")));
        row.put("shipped_at", utc(first(events, "SHIPPED")));
        row.put("delivered_at", utc(first(events, "DELIVERED")));
        row.put("cancelled_at", utc(first(events, "CANCELLED")));
        row.put("refunded_at", utc(first(events, "REFUNDED")));
        OrderEvent newest = newest(events);
        row.put("order_id", newest.orderId());
        row.put("customer_id", newest.customerId());
        row.put("status", newest.type());
        row.put("order_version", newest.version());
        row.put("currency", newest.currency());
        row.put("country", newest.country());
        row.put("channel", newest.channel());
        row.put("item_count", (long) newest.quantities().size());
        row.put("updated_at", utc(newest.time()));
        row.put("refund_cents", largest(events, "REFUNDED", true).max().orElse(0));
        return row;
    }

    private static LongStream largest(List<OrderEvent> events, String type, boolean is) {
        return events.stream().filter(event -> event.type().equals(type) == is).mapToLong(OrderEvent::amountCents);
    }

    private static @Nullable Long amount(List<OrderEvent> events) {
        return largest(events, "REFUNDED", false)
                .boxed()
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    private static Instant firstEvent(List<OrderEvent> events) {
        return events.stream()
                .map(OrderEvent::time)
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static String silver(List<OrderEvent> events) {
        Map<String, Object> row = lifecycle(events);
        row.put("amount_cents", amount(events));
        row.put("event_id", newest(events).eventId());
        row.put("first_event_at", utc(firstEvent(events)));
        return row.toString();
    }

    private static Map<String, Object> fact(List<OrderEvent> events) {
        Map<String, Object> row = lifecycle(events);
        Instant placed = first(events, "PLACED");
        Instant paid = first(events, "PAID");
        Instant shipped = first(events, "SHIPPED");
        Long amount = amount(events);
        long gross = paid == null || amount == null ? 0 : amount;
        row.put("order_date", LocalDate.ofInstant(placed == null ? firstEvent(events) : placed, ZoneOffset.UTC));
        row.put("gross_cents", gross);
        row.put("net_cents", gross - (long) row.get("refund_cents"));
        row.put(
                "hours_to_ship",
                paid == null || shipped == null
                        ? null
                        : Math.floorDiv(
                                Duration.between(paid, shipped).toNanos(),
                                Duration.ofHours(1).toNanos()));
        return row;
    }
}
