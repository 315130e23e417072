package dev.sluice.load;

import org.jspecify.annotations.Nullable;

/** The state of a customer after a change. */
record CustomerChange(
        long customerId, String name, @Nullable String email, String segment, String country, long updatedAtMicros) {}
