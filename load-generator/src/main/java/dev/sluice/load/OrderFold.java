package dev.sluice.load;

import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One order as the tables must show it, folded from its events in any order and however often. */
final class OrderFold {
    private static final long NONE = Long.MIN_VALUE;
    private static final int TYPES = EventType.values().length;

    private final UUID orderId;
    private final long[] firstTimeByType = new long[TYPES];
    private long firstEventAt = Long.MAX_VALUE;
    private long amountCents = NONE;
    private long refundCents;

    private long customerId;
    private EventType status = EventType.PLACED;
    private int version = Integer.MIN_VALUE;
    private long updatedAt = NONE;
    private String currency = "";
    private String country = "";
    private @Nullable String channel;
    private int itemCount;
    private UUID eventId;

    OrderFold(UUID orderId) {
        this.orderId = orderId;
        this.eventId = orderId;
        Arrays.fill(firstTimeByType, NONE);
    }

    void add(OrderEvent event) {
        long time = event.eventTimeMicros();
        int type = event.type().symbol();
        firstTimeByType[type] = firstTimeByType[type] == NONE ? time : Math.min(firstTimeByType[type], time);
        firstEventAt = Math.min(firstEventAt, time);
        if (event.type() == EventType.REFUNDED) {
            refundCents = Math.max(refundCents, event.amountCents());
        } else {
            amountCents = Math.max(amountCents, event.amountCents());
        }
        if (event.version() > version || (event.version() == version && time > updatedAt)) {
            takeOver(event);
        }
    }

    private void takeOver(OrderEvent event) {
        customerId = event.customerId();
        status = event.type();
        version = event.version();
        updatedAt = event.eventTimeMicros();
        currency = event.currency();
        country = event.country();
        channel = event.channel();
        itemCount = event.itemCount();
        eventId = event.eventId();
    }

    UUID orderId() {
        return orderId;
    }

    long customerId() {
        return customerId;
    }

    String status() {
        return status.name();
    }

    int version() {
        return version;
    }

    /** Null when the only events so far are refunds. */
    @Nullable
    Long amountCents() {
        return amountCents == NONE ? null : amountCents;
    }

    long refundCents() {
        return refundCents;
    }

    String currency() {
        return currency;
    }

    String country() {
        return country;
    }

    @Nullable
    String channel() {
        return channel;
    }

    int itemCount() {
        return itemCount;
    }

    UUID eventId() {
        return eventId;
    }

    /** Event time of the newest event, in microseconds since the epoch, as are all times here. */
    long updatedAt() {
        return updatedAt;
    }

    /** When the order had its first event of the type; null when it had none. */
    @Nullable
    Long firstOf(EventType type) {
        long time = firstTimeByType[type.symbol()];
        return time == NONE ? null : time;
    }

    long firstEventAt() {
        return firstEventAt;
    }
}
