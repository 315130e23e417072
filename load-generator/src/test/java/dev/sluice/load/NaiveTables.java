package dev.sluice.load;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.avro.generic.GenericRecord;

/** The tables, computed a second time as plainly as possible: from the bytes, all events kept, by streams. */
final class NaiveTables {
    private final Map<String, List<GenericRecord>> eventsByOrder = new TreeMap<>();
    private final Set<String> deleted = new HashSet<>();

    void add(LoadRecord record) {
        if (record.value() == null) {
            deleted.add(new String(record.key(), StandardCharsets.UTF_8));
            return;
        }
        DecodedValue decoded = DecodedValue.of(record.value());
        if (decoded.valid()) {
            eventsByOrder
                    .computeIfAbsent(decoded.record().get("order_id").toString(), id -> new ArrayList<>())
                    .add(decoded.record());
        }
    }

    List<Map<String, Object>> silver() {
        return eventsByOrder.entrySet().stream()
                .filter(order -> !deleted.contains(order.getKey()))
                .map(order -> silverRow(order.getValue()))
                .toList();
    }

    List<Map<String, Object>> goldOrders() {
        return silver().stream().map(NaiveTables::goldRow).toList();
    }

    List<Map<String, Object>> revenueDaily() {
        Map<String, List<Map<String, Object>>> groups = new TreeMap<>();
        goldOrders()
                .forEach(order -> groups.computeIfAbsent(
                                order.get("order_date") + "/" + order.get("currency"), key -> new ArrayList<>())
                        .add(order));
        return groups.values().stream()
                .map(orders -> {
                    Map<String, Object> row = new LinkedHashMap<>();
                    row.put("order_date", orders.get(0).get("order_date"));
                    row.put("currency", orders.get(0).get("currency"));
                    row.put("orders", (long) orders.size());
                    row.put(
                            "paid_orders",
                            orders.stream()
                                    .map(o -> o.get("paid_at"))
                                    .filter(Objects::nonNull)
                                    .count());
                    for (String sum : List.of("gross_cents", "refund_cents", "net_cents")) {
                        row.put(
                                sum,
                                orders.stream()
                                        .mapToLong(o -> (Long) o.get(sum))
                                        .sum());
                    }
                    return row;
                })
                .toList();
    }

    private static Map<String, Object> silverRow(List<GenericRecord> events) {
        GenericRecord newest = events.get(0);
        for (GenericRecord event : events) {
            if (number(event, "order_version") > number(newest, "order_version")) {
                newest = event;
            }
        }
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("order_id", newest.get("order_id").toString());
        row.put("customer_id", newest.get("customer_id"));
        row.put("status", newest.get("event_type").toString());
        row.put("order_version", newest.get("order_version"));
        row.put("amount_cents", greatest(events, event -> !type(event).equals("REFUNDED")));
        Long refund = greatest(events, event -> type(event).equals("REFUNDED"));
        row.put("refund_cents", refund == null ? 0L : refund);
        row.put("currency", newest.get("currency").toString());
        row.put("country", newest.get("country").toString());
        Object channel = newest.hasField("channel") ? newest.get("channel") : null;
        row.put("channel", channel == null ? null : channel.toString());
        row.put("item_count", ((List<?>) newest.get("items")).size());
        row.put("event_id", newest.get("event_id").toString());
        row.put("updated_at", newest.get("event_time"));
        for (String type : List.of("PLACED", "PAID", "SHIPPED", "DELIVERED", "CANCELLED", "REFUNDED")) {
            row.put(
                    type.toLowerCase(Locale.ROOT) + "_at",
                    events.stream()
                            .filter(event -> type(event).equals(type))
                            .map(event -> number(event, "event_time"))
                            .min(Long::compare)
                            .orElse(null));
        }
        row.put(
                "first_event_at",
                events.stream()
                        .mapToLong(event -> number(event, "event_time"))
                        .min()
                        .orElseThrow());
        return row;
    }

    private static Map<String, Object> goldRow(Map<String, Object> silver) {
        Map<String, Object> row = new LinkedHashMap<>();
        for (String same : List.of("order_id", "customer_id", "country", "currency", "channel", "status")) {
            row.put(same, silver.get(same));
        }
        row.put(
                "order_date",
                date(silver.get("placed_at") == null ? silver.get("first_event_at") : silver.get("placed_at")));
        for (String same : List.of(
                "placed_at", "paid_at", "shipped_at", "delivered_at", "cancelled_at", "refunded_at", "item_count")) {
            row.put(same, silver.get(same));
        }
        long gross = silver.get("paid_at") == null || silver.get("amount_cents") == null
                ? 0
                : (Long) silver.get("amount_cents");
        row.put("gross_cents", gross);
        row.put("refund_cents", silver.get("refund_cents"));
        row.put("net_cents", gross - (Long) silver.get("refund_cents"));
        row.put(
                "hours_to_ship",
                silver.get("paid_at") == null || silver.get("shipped_at") == null
                        ? null
                        : ChronoUnit.HOURS.between(instant(silver.get("paid_at")), instant(silver.get("shipped_at"))));
        return row;
    }

    private static Long greatest(List<GenericRecord> events, Function<GenericRecord, Boolean> which) {
        return events.stream()
                .filter(which::apply)
                .map(event -> number(event, "amount_cents"))
                .max(Long::compare)
                .orElse(null);
    }

    private static String type(GenericRecord event) {
        return event.get("event_type").toString();
    }

    private static long number(GenericRecord event, String field) {
        return ((Number) event.get(field)).longValue();
    }

    private static Instant instant(Object micros) {
        return Instant.EPOCH.plus((Long) micros, ChronoUnit.MICROS);
    }

    private static LocalDate date(Object micros) {
        return instant(micros).atZone(ZoneOffset.UTC).toLocalDate();
    }
}
