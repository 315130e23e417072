package dev.sluice.load;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One event of an order, as the shop meant it: before encoding, and before anything goes wrong on the way.
 *
 * @param amountCents the sum of the items, or what was refunded so far when {@code type} is REFUNDED
 * @param eventTimeMicros microseconds since the epoch
 * @param channel null when unknown, and always null when written with {@link SchemaVersion#V1}, which has no such field
 */
record OrderEvent(
        UUID eventId,
        UUID orderId,
        long customerId,
        EventType type,
        int version,
        long amountCents,
        String currency,
        String country,
        @Nullable String customerEmail,
        long eventTimeMicros,
        List<OrderItem> items,
        SchemaVersion writer,
        @Nullable String channel) {

    int itemCount() {
        return items.size();
    }
}
