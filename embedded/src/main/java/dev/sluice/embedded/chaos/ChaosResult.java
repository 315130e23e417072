package dev.sluice.embedded.chaos;

import dev.sluice.app.audit.AuditReport;
import dev.sluice.app.status.PipelineStatus;
import java.time.Duration;

/**
 * What a chaos run came to.
 *
 * @param records produced
 * @param status when everything had caught up
 */
record ChaosResult(
        ChaosSpec spec,
        ChaosTally tally,
        long records,
        int loads,
        PipelineStatus status,
        AuditReport audit,
        Duration elapsed) {}
