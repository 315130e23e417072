package dev.sluice.embedded.bench.merge;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * What something took of this process.
 *
 * @param cpuMillis of all threads, JIT and garbage collection included
 */
record Cost(long wallMillis, long cpuMillis) {
    static Cost of(Runnable work) {
        OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpu = process.getProcessCpuTime();
        long wall = System.nanoTime();
        work.run();
        return new Cost((System.nanoTime() - wall) / 1_000_000, (process.getProcessCpuTime() - cpu) / 1_000_000);
    }

    Cost orLess(Cost other) {
        return cpuMillis <= other.cpuMillis ? this : other;
    }
}
