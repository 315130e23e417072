package dev.sluice.embedded.connect;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One row of the shop's orders.
 *
 * @param updatedAt to the microsecond
 * @param coupon null in rows from before the column was added
 */
record ShopOrder(
        String id,
        long customerId,
        String status,
        int version,
        long amountCents,
        String currency,
        String country,
        Instant updatedAt,
        @Nullable String coupon) {}
