package dev.sluice.sink.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** A seeded, messy history: late, duplicated and shuffled events, cut into batches. */
record History(List<OrderEvent> events, List<List<OrderEvent>> batches) {
    private static final Instant DAY = Instant.parse("2026-03-01T20:00:00Z");

    static History of(long seed, int orders, int batches) {
        Random random = new Random(seed);
        List<OrderEvent> events = new ArrayList<>();
        for (int order = 0; order < orders; order++) {
            events.addAll(life(random, "order-" + order));
        }
        List<OrderEvent> sent = new ArrayList<>(events);
        for (OrderEvent event : events) {
            if (random.nextInt(5) == 0) {
                sent.add(event);
            }
        }
        Collections.shuffle(sent, random);
        List<List<OrderEvent>> cut = new ArrayList<>();
        for (int i = 0; i < batches; i++) {
            cut.add(List.copyOf(sent.subList(sent.size() * i / batches, sent.size() * (i + 1) / batches)));
        }
        return new History(events, cut);
    }

    private static List<OrderEvent> life(Random random, String order) {
        List<String> types = new ArrayList<>(List.of("PLACED", "PAID", "SHIPPED", "DELIVERED", "REFUNDED"));
        if (random.nextInt(4) == 0) {
            types = new ArrayList<>(List.of("PLACED", "CANCELLED"));
        }
        int length = 1 + random.nextInt(types.size());
        List<OrderEvent> events = new ArrayList<>();
        Instant time = DAY.plusSeconds(random.nextInt(36 * 3600));
        for (int version = 1; version <= length; version++) {
            time = time.plusSeconds(random.nextInt(9 * 3600)).plusNanos(1000L * random.nextInt(1_000_000));
            events.add(new OrderEvent(
                    order + "/" + version,
                    order,
                    random.nextInt(20),
                    types.get(version - 1),
                    version,
                    100 + random.nextInt(10_000),
                    order.hashCode() % 3 == 0 ? "USD" : "EUR",
                    random.nextBoolean() ? "DE" : "FR",
                    time,
                    random.nextInt(3) == 0 ? List.of(2) : List.of(1, 2, 3),
                    random.nextBoolean() ? "APP" : null));
        }
        // Some orders are seen without their beginning.
        if (random.nextInt(6) == 0) {
            events.remove(0);
        }
        return events;
    }
}
