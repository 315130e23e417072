package dev.sluice.load;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** A share of the records, as a fraction from 0 to 1. Written as {@code 1%} or as {@code 0.01}. */
public record Percent(double fraction) {
    public static final Percent ZERO = new Percent(0);

    public Percent {
        if (!(fraction >= 0 && fraction <= 1)) {
            throw new SluiceException(
                    ErrorCode.USAGE, "Cannot use percentage " + fraction + ": expected a fraction from 0 to 1");
        }
    }

    /** A percentage from 0 to 100, so {@code of(2)} is two percent. */
    public static Percent of(double percent) {
        return new Percent(percent / 100);
    }

    /**
     * Reads what a person typed.
     *
     * @param option the option it was given for, named in the error
     * @throws SluiceException {@link ErrorCode#USAGE} when it is no number, or outside 0 to 100 percent
     */
    public static Percent parse(String option, String text) {
        String trimmed = text.trim();
        boolean percent = trimmed.endsWith("%");
        String digits = percent ? trimmed.substring(0, trimmed.length() - 1).trim() : trimmed;
        double fraction;
        try {
            BigDecimal number = new BigDecimal(digits);
            fraction = (percent ? number.movePointLeft(2) : number).doubleValue();
        } catch (NumberFormatException notANumber) {
            throw refused(option, text, notANumber);
        }
        if (fraction < 0 || fraction > 1) {
            throw refused(option, text, null);
        }
        return new Percent(fraction);
    }

    private static SluiceException refused(String option, String text, @Nullable Throwable cause) {
        return new SluiceException(
                ErrorCode.USAGE,
                "Cannot use option " + option
                        + ": not a percentage, expected for example 1% or 0.01 (0% to 100%), found " + text,
                cause);
    }

    /** How many of {@code total} records that is, rounded down. */
    long countOf(long total) {
        // The tiny addition keeps 1% of 200,000 from becoming 1,999 by the rounding of the fraction.
        return (long) Math.floor(total * fraction + 1e-6);
    }

    /** As a person writes it, for example {@code 1%}. */
    @Override
    public String toString() {
        return BigDecimal.valueOf(fraction)
                        .movePointRight(2)
                        .stripTrailingZeros()
                        .toPlainString()
                + "%";
    }
}
