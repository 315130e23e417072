package dev.sluice.embedded.connect;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One row of the shop's customers.
 *
 * @param updatedAt to the microsecond
 * @param loyaltyTier null in rows from before the column was added
 */
record Customer(
        long id,
        String name,
        @Nullable String email,
        String segment,
        String country,
        Instant updatedAt,
        @Nullable String loyaltyTier) {}
