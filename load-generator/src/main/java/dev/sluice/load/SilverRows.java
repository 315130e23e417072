package dev.sluice.load;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The columns of {@code silver.orders}. The customer's e-mail address is not among them, on purpose. */
final class SilverRows {
    static final List<String> COLUMNS = List.of(
            "order_id",
            "customer_id",
            "status",
            "order_version",
            "amount_cents",
            "refund_cents",
            "currency",
            "country",
            "channel",
            "item_count",
            "event_id",
            "updated_at",
            "placed_at",
            "paid_at",
            "shipped_at",
            "delivered_at",
            "cancelled_at",
            "refunded_at",
            "first_event_at");

    private SilverRows() {}

    static @Nullable Object[] row(OrderFold order) {
        return new @Nullable Object[] {
            order.orderId().toString(),
            order.customerId(),
            order.status(),
            order.version(),
            order.amountCents(),
            order.refundCents(),
            order.currency(),
            order.country(),
            order.channel(),
            order.itemCount(),
            order.eventId().toString(),
            order.updatedAt(),
            order.firstOf(EventType.PLACED),
            order.firstOf(EventType.PAID),
            order.firstOf(EventType.SHIPPED),
            order.firstOf(EventType.DELIVERED),
            order.firstOf(EventType.CANCELLED),
            order.firstOf(EventType.REFUNDED),
            order.firstEventAt()
        };
    }
}
