package dev.sluice.sink.ops;

import java.time.Duration;

/**
 * What the runs of one model came to.
 *
 * @param runs runs that changed or tried to change the table
 * @param fullRuns those of them that read everything
 * @param elapsed wall time of all runs
 * @param rowsChanged rows inserted, updated or deleted
 * @param rowsScanned rows of input files that were read
 * @param bytesScanned size of the input files that were read
 * @param bytesWritten size of the data files that were written
 */
public record RunCost(
        String model,
        long runs,
        long fullRuns,
        Duration elapsed,
        long rowsChanged,
        long rowsScanned,
        long bytesScanned,
        long bytesWritten) {
    RunCost plus(RunCost other) {
        return new RunCost(
                model,
                runs + other.runs,
                fullRuns + other.fullRuns,
                elapsed.plus(other.elapsed),
                rowsChanged + other.rowsChanged,
                rowsScanned + other.rowsScanned,
                bytesScanned + other.bytesScanned,
                bytesWritten + other.bytesWritten);
    }
}
