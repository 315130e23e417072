package dev.sluice.load;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The columns of {@code gold.fct_orders}. */
final class GoldRows {
    static final List<String> COLUMNS = List.of(
            "order_id",
            "customer_id",
            "country",
            "currency",
            "channel",
            "status",
            "order_date",
            "placed_at",
            "paid_at",
            "shipped_at",
            "delivered_at",
            "cancelled_at",
            "refunded_at",
            "item_count",
            "gross_cents",
            "refund_cents",
            "net_cents",
            "hours_to_ship");

    private GoldRows() {}

    static @Nullable Object[] row(GoldOrder order) {
        OrderFold silver = order.silver();
        return new @Nullable Object[] {
            silver.orderId().toString(),
            silver.customerId(),
            silver.country(),
            silver.currency(),
            silver.channel(),
            silver.status(),
            order.orderDate(),
            silver.firstOf(EventType.PLACED),
            silver.firstOf(EventType.PAID),
            silver.firstOf(EventType.SHIPPED),
            silver.firstOf(EventType.DELIVERED),
            silver.firstOf(EventType.CANCELLED),
            silver.firstOf(EventType.REFUNDED),
            silver.itemCount(),
            order.grossCents(),
            silver.refundCents(),
            order.netCents(),
            order.hoursToShip()
        };
    }
}
