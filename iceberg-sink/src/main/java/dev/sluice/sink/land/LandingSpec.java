package dev.sluice.sink.land;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.util.List;

/**
 * How the records of one source are landed.
 *
 * @param pii columns that are masked
 * @param checks rules that reject a record
 * @param targetFileBytes size at which a data file is closed and the next one begun, bytes
 * @param maxValueBytes largest record value that is decoded, bytes; larger ones are rejected as TOO_LARGE
 * @param maxEmptyItems how many array elements that take no bytes (array of null, of empty records) a record may claim,
 *     because nothing else bounds them
 */
public record LandingSpec(
        PiiRules pii, List<Check> checks, long targetFileBytes, int maxValueBytes, int maxEmptyItems) {
    /** 128 MiB. */
    public static final long DEFAULT_TARGET_FILE_BYTES = 128L << 20;

    /** 16 MiB. */
    public static final int DEFAULT_MAX_VALUE_BYTES = 16 << 20;

    public static final int DEFAULT_MAX_EMPTY_ITEMS = 65_536;

    public LandingSpec {
        checks = List.copyOf(checks);
        positive("target file size", targetFileBytes);
        positive("largest value size", maxValueBytes);
        positive("largest number of empty items", maxEmptyItems);
    }

    /** Nothing masked, nothing checked, default sizes. */
    public static LandingSpec defaults() {
        return new LandingSpec(
                PiiRules.none(),
                List.of(),
                DEFAULT_TARGET_FILE_BYTES,
                DEFAULT_MAX_VALUE_BYTES,
                DEFAULT_MAX_EMPTY_ITEMS);
    }

    public LandingSpec withPii(PiiRules rules) {
        return new LandingSpec(rules, checks, targetFileBytes, maxValueBytes, maxEmptyItems);
    }

    public LandingSpec withChecks(List<Check> rules) {
        return new LandingSpec(pii, rules, targetFileBytes, maxValueBytes, maxEmptyItems);
    }

    public LandingSpec withTargetFileBytes(long bytes) {
        return new LandingSpec(pii, checks, bytes, maxValueBytes, maxEmptyItems);
    }

    public LandingSpec withMaxValueBytes(int bytes) {
        return new LandingSpec(pii, checks, targetFileBytes, bytes, maxEmptyItems);
    }

    private static void positive(String what, long value) {
        if (value <= 0) {
            throw new SluiceException(
                    ErrorCode.CONFIG_INVALID,
                    "Cannot use the " + what + ": it is out of range, expected at least 1, found " + value);
        }
    }
}
