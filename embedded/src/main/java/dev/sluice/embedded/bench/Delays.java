package dev.sluice.embedded.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** How long records took to become visible, milliseconds. */
record Delays(long records, long p50Millis, long p95Millis, long p99Millis, long mostMillis) {
    /** @param millis one for each record; sorted here */
    static Delays of(long[] millis) {
        Arrays.sort(millis);
        return new Delays(millis.length, at(millis, 0.5), at(millis, 0.95), at(millis, 0.99), at(millis, 1));
    }

    private static long at(long[] sorted, double share) {
        if (sorted.length == 0) {
            return 0;
        }
        int rank = (int) Math.ceil(share * sorted.length);
        return sorted[Math.max(0, Math.min(sorted.length, rank) - 1)];
    }

    Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("records", records);
        tree.put("p50_ms", p50Millis);
        tree.put("p95_ms", p95Millis);
        tree.put("p99_ms", p99Millis);
        tree.put("max_ms", mostMillis);
        return tree;
    }
}
