package dev.sluice.load;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;

/**
 * Which schema versions the producers write, as whole weights; {@code v1:80,v2:20} writes a fifth of the events with
 * the second version.
 */
public record SchemaMix(int v1, int v2) {
    public SchemaMix {
        if (v1 < 0 || v2 < 0 || (long) v1 + v2 < 1 || (long) v1 + v2 > 1_000_000) {
            throw refused("v1:" + v1 + ",v2:" + v2);
        }
    }

    public static SchemaMix defaults() {
        return new SchemaMix(80, 20);
    }

    /**
     * Reads for example {@code v1:80,v2:20} or {@code v2:100}.
     *
     * @throws SluiceException {@link ErrorCode#USAGE} naming {@code --schema-mix}
     */
    public static SchemaMix parse(String text) {
        int v1 = 0;
        int v2 = 0;
        for (String part : text.split(",", -1)) {
            String trimmed = part.trim();
            int weight = trimmed.matches("v[12]:[0-9]{1,6}") ? Integer.parseInt(trimmed.substring(3)) : -1;
            if (weight < 0) {
                throw refused(text);
            }
            if (trimmed.startsWith("v1")) {
                v1 += weight;
            } else {
                v2 += weight;
            }
        }
        if (v1 + v2 == 0) {
            throw refused(text);
        }
        return new SchemaMix(v1, v2);
    }

    private static SluiceException refused(String text) {
        return new SluiceException(
                ErrorCode.USAGE,
                "Cannot use option --schema-mix: not a mix of v1 and v2, expected for example v1:80,v2:20, found "
                        + text);
    }

    /** The share of events written with the second version, 0 to 1. */
    double shareOfV2() {
        return (double) v2 / (v1 + v2);
    }

    @Override
    public String toString() {
        return "v1:" + v1 + ",v2:" + v2;
    }
}
