package dev.sluice.sink.model;

import dev.sluice.sink.quality.TestResult;
import java.util.List;

/** Stops an attempt between its plan and its commit: a test of the table failed. */
public final class AuditRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<TestResult> results;

    public AuditRefused(List<TestResult> results) {
        super("a test of the table failed", null, false, false);
        this.results = results;
    }

    List<TestResult> results() {
        return results;
    }
}
