package dev.sluice.load;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;

/**
 * What goes wrong in a load, each as a share of all its records. Malformed records, duplicates and tombstones are extra
 * records; out-of-order and late ones are valid events delivered at another place.
 *
 * @param malformed records that no table may take, of every {@link MalformedKind} in turn
 * @param duplicates exact re-deliveries of a valid event, some records later
 * @param outOfOrder events delivered just after the next version of the same order
 * @param late events delivered thousands of records after their neighbours in event time
 * @param tombstones records with a key and no value
 */
public record Faults(Percent malformed, Percent duplicates, Percent outOfOrder, Percent late, Percent tombstones) {
    private static final double MOST_EXTRA_RECORDS = 0.9;

    public Faults {
        double extra = malformed.fraction() + duplicates.fraction() + tombstones.fraction();
        // Fractions add up with a rounding error in the last digits.
        if (extra > MOST_EXTRA_RECORDS + 1e-9) {
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "Cannot use options --malformed, --duplicates and --tombstones: too few valid events remain, "
                            + "expected at most 90% together, found " + new Percent(Math.min(1, extra)));
        }
        if (outOfOrder.fraction() + late.fraction() > 1 + 1e-9) {
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "Cannot use options --out-of-order and --late: expected at most 100% together, found " + outOfOrder
                            + " and " + late);
        }
    }

    /** 1% malformed, 2% duplicates, 2% out of order, 1% late, no tombstones. */
    public static Faults defaults() {
        return new Faults(Percent.of(1), Percent.of(2), Percent.of(2), Percent.of(1), Percent.ZERO);
    }

    /** Only valid events, each once, in order. */
    public static Faults none() {
        return new Faults(Percent.ZERO, Percent.ZERO, Percent.ZERO, Percent.ZERO, Percent.ZERO);
    }

    public Faults withMalformed(Percent share) {
        return new Faults(share, duplicates, outOfOrder, late, tombstones);
    }

    public Faults withDuplicates(Percent share) {
        return new Faults(malformed, share, outOfOrder, late, tombstones);
    }

    public Faults withOutOfOrder(Percent share) {
        return new Faults(malformed, duplicates, share, late, tombstones);
    }

    public Faults withLate(Percent share) {
        return new Faults(malformed, duplicates, outOfOrder, share, tombstones);
    }

    public Faults withTombstones(Percent share) {
        return new Faults(malformed, duplicates, outOfOrder, late, share);
    }
}
