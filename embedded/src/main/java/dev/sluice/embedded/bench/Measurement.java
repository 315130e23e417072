package dev.sluice.embedded.bench;

/**
 * What landing a topic cost one process.
 *
 * @param cpuMillis user and system time from the process's start to the last record, JIT and GC included
 * @param wallMillis from the process's start
 * @param warmEvents records of the second half, counted from the first progress past the middle
 * @param warmCpuMillis CPU time of those
 * @param peakBytes peak resident memory
 * @param files data files written
 * @param bytes of those
 */
record Measurement(
        String name,
        long events,
        long cpuMillis,
        long wallMillis,
        long warmEvents,
        long warmCpuMillis,
        long peakBytes,
        long files,
        long bytes) {
    double perSecond() {
        return events * 1e3 / Math.max(1, wallMillis);
    }

    double perCpuSecond() {
        return events * 1e3 / Math.max(1, cpuMillis);
    }

    double warmPerCpuSecond() {
        return warmEvents * 1e3 / Math.max(1, warmCpuMillis);
    }
}
