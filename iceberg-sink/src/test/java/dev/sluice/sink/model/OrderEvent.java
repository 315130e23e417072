package dev.sluice.sink.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An order event as it lies in bronze. */
public record OrderEvent(
        String eventId,
        String orderId,
        long customerId,
        String type,
        int version,
        long amountCents,
        String currency,
        String country,
        Instant time,
        List<Integer> quantities,
        @Nullable String channel) {

    public static OrderEvent of(String orderId, String type, int version, Instant time) {
        return new OrderEvent(
                orderId + "-" + type + "-" + version,
                orderId,
                7,
                type,
                version,
                1000,
                "EUR",
                "DE",
                time,
                List.of(1, 2),
                "WEB");
    }

    public OrderEvent amount(long cents) {
        return new OrderEvent(
                eventId, orderId, customerId, type, version, cents, currency, country, time, quantities, channel);
    }

    OrderEvent customer(long other) {
        return new OrderEvent(
                eventId, orderId, other, type, version, amountCents, currency, country, time, quantities, channel);
    }

    OrderEvent country(String other) {
        return new OrderEvent(
                eventId, orderId, customerId, type, version, amountCents, currency, other, time, quantities, channel);
    }
}
