package dev.sluice.error;

import java.util.Collection;
import java.util.Comparator;

/** Finds the name a person probably meant. */
public final class Suggestion {
    private Suggestion() {}

    /**
     * The known name with the fewest single-character edits from the one given; of equals, the first in alphabetical
     * order.
     *
     * @param known not empty
     */
    public static String nearest(String given, Collection<String> known) {
        return known.stream()
                .min(Comparator.<String>comparingInt(name -> distance(given, name))
                        .thenComparing(Comparator.naturalOrder()))
                .orElseThrow(() -> new IllegalArgumentException("no known names"));
    }

    /** Levenshtein distance, one row at a time. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
