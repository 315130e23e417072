package dev.sluice.sink.quality;

import java.util.OptionalDouble;

/**
 * How a test came out.
 *
 * @param failures rows, values or groups that failed; 1 for a table that failed as a whole
 * @param value the figure that the test is about, where there is one
 * @param message what was expected and found; empty when it passed
 */
public record TestResult(
        String model, QualityTest test, Status status, long failures, OptionalDouble value, String message) {

    /** The outcome. */
    public enum Status {
        PASS,
        WARN,
        ERROR
    }

    static TestResult of(String model, QualityTest test, long failures, OptionalDouble value, String message) {
        if (failures == 0) {
            return new TestResult(model, test, Status.PASS, 0, value, "");
        }
        return new TestResult(
                model, test, test.severity() == Severity.ERROR ? Status.ERROR : Status.WARN, failures, value, message);
    }

    /** Whether the table must not be published. */
    public boolean blocks() {
        return status == Status.ERROR && !test.isOfRows();
    }
}
