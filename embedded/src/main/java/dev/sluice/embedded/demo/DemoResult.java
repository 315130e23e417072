package dev.sluice.embedded.demo;

import dev.sluice.app.audit.AuditReport;
import dev.sluice.app.status.ModelStatus;
import dev.sluice.app.status.PipelineStatus;
import dev.sluice.load.LoadSpec;
import java.time.Duration;
import java.util.Map;

/**
 * What a demo came to.
 *
 * @param alreadyThere events that the topic held before
 * @param deadLettersByReason what the dead-letter topic holds
 * @param revenue what the table holds
 */
record DemoResult(
        LoadSpec spec,
        long alreadyThere,
        PipelineStatus status,
        Map<String, Long> deadLettersByReason,
        RevenueTable revenue,
        AuditReport audit,
        Duration elapsed) {

    long bronzeRows() {
        return status.sources().stream()
                .mapToLong(source -> source.counts().landed())
                .sum();
    }

    long deadLetters() {
        return status.sources().stream()
                .mapToLong(source -> source.counts().deadLetters())
                .sum();
    }

    /** Live rows of a model's table. */
    long rows(String table) {
        return status.models().stream()
                .filter(model -> model.table().equals(table))
                .mapToLong(ModelStatus::rows)
                .sum();
    }
}
