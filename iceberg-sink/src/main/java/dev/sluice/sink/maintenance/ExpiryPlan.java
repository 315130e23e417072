package dev.sluice.sink.maintenance;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Which snapshots of a table would go.
 *
 * @param snapshots that the table has
 * @param expired ids of those that go, none of them a branch's or tag's
 * @param retained newest snapshots of the main branch that stay in any case
 * @param olderThan what is older goes
 * @param keptFor who keeps snapshots that would go by their age; empty when nobody does
 */
public record ExpiryPlan(
        String table, int snapshots, List<Long> expired, int retained, Instant olderThan, Optional<String> keptFor) {
    public ExpiryPlan {
        expired = List.copyOf(expired);
    }

    public boolean isEmpty() {
        return expired.isEmpty();
    }
}
