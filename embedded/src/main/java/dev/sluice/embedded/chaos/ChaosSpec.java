package dev.sluice.embedded.chaos;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.util.Locale;

/**
 * What a chaos run is asked to do. Equal specs take the same decisions in the same order; when the processes come to
 * each point differs from run to run.
 *
 * @param kills deaths of a service process, by SIGKILL or at a named point
 * @param seed of the decisions and of the load
 * @param events records of each load; loads follow each other, each with the next seed, until the kills are done
 * @param rate records per second
 */
record ChaosSpec(int kills, long seed, long events, long rate) {
    ChaosSpec {
        check("--kills", kills >= 1, "1 or more", kills);
        check("--events", events >= 100, "100 or more", events);
        check("--rate", rate >= 1, "1 or more", rate);
    }

    /** The command that takes the same decisions again. */
    String command() {
        return String.format(
                Locale.ROOT, "./sluice chaos --kills %d --seed %d --events %d --rate %d", kills, seed, events, rate);
    }

    private static void check(String option, boolean valid, String expected, long found) {
        if (!valid) {
            throw new SluiceException(
                    ErrorCode.USAGE, "Cannot use option " + option + ": expected " + expected + ", found " + found);
        }
    }
}
