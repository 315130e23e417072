package dev.sluice.app.ingest;

import java.util.ArrayList;
import java.util.List;

/**
 * Offsets of a micro-batch at which no record came. Compaction and aborted transactions leave such gaps, and so does a
 * consumer that silently went on at the log's new start after retention had overtaken it; only the last loses data. A
 * gap of one offset is a transaction marker and is not kept, because retention removes whole segments.
 */
final class OffsetGaps {
    private static final int MOST = 10_000;

    private final List<Gap> gaps = new ArrayList<>();

    private record Gap(long expected, long found) {}

    void add(long expected, long found) {
        if (found > expected + 1 && gaps.size() < MOST) {
            gaps.add(new Gap(expected, found));
        }
    }

    boolean isEmpty() {
        return gaps.isEmpty();
    }

    /** Whether a log that starts at this offset now explains one of the gaps. */
    boolean explainedByLogStart(long logStart) {
        return gaps.stream().anyMatch(gap -> gap.expected() < logStart && logStart <= gap.found());
    }

    void clear() {
        gaps.clear();
    }
}
