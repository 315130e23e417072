package dev.sluice.load;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;

/**
 * A load of customers, decided by its seed: customers 1 to {@code customers}, each with one to four changes, some of
 * them delivered out of order or twice.
 */
public record CustomerSpec(int customers, long seed, int partitions, EventClock clock) {
    private static final int MOST = 50_000_000;

    public CustomerSpec {
        if (customers < 1 || customers > MOST) {
            throw new SluiceException(
                    ErrorCode.USAGE, "Cannot use option --customers: expected 1 to " + MOST + ", found " + customers);
        }
    }
}
