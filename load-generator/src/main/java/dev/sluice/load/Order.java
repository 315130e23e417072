package dev.sluice.load;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What every event of one order has in common. */
record Order(
        int number,
        UUID id,
        long customerId,
        @Nullable String customerEmail,
        Market market,
        @Nullable String channel,
        List<OrderItem> items,
        long amountCents,
        int refundPercent,
        Lifecycle lifecycle) {

    /** What has been refunded after the {@code number}-th refund, counted from 1. */
    long refundedCents(int refund) {
        return amountCents * refundPercent / 100 * refund / lifecycle.refunds();
    }
}
