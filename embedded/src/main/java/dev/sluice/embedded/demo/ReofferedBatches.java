package dev.sluice.embedded.demo;

import dev.sluice.sink.audit.AuditLine;
import java.util.List;

/**
 * What happened when everything that was ever announced was offered to the tables a second time.
 *
 * @param ranges announced ranges offered
 * @param recognised ranges that the ledger recognised as already there
 * @param changedModels models whose rows changed when they were run again
 */
record ReofferedBatches(long ranges, long recognised, long changedModels) {
    List<AuditLine> lines() {
        String promise = "Re-running changes nothing";
        return List.of(
                AuditLine.equal(
                        promise,
                        "bronze",
                        "announced ranges offered again = ranges recognised as duplicates",
                        ranges,
                        recognised,
                        "ranges were committed again"),
                AuditLine.equal(
                        promise,
                        "silver, gold",
                        "models that changed a table when run again = 0",
                        0,
                        changedModels,
                        "a model is not idempotent"));
    }
}
