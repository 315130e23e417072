package dev.sluice.embedded.demo;

import dev.sluice.app.audit.AuditReport;
import java.time.Duration;

/**
 * How the demo of the dead letters ended.
 *
 * @param broken records that were sent broken
 * @param deadLetters dead letters that there are now: the broken ones, and those that died again on the way
 * @param open dead letters that nobody has put back
 * @param closed dead letters that were put back and landed
 * @param deadAgain dead letters that were put back and rejected again
 * @param audit the pipeline's audit, and what the demo expects beside it
 */
record DlqDemoResult(
        long sent,
        long broken,
        long deadLetters,
        long open,
        long closed,
        long deadAgain,
        AuditReport audit,
        Duration elapsed) {
    boolean proved() {
        return open == 0 && closed == broken && audit.passes();
    }
}
