package dev.sluice.app.replay;

import java.util.List;

/**
 * What a replay did, or would do.
 *
 * @param chosen dead letters that matched
 * @param putBack those that went back, or would
 * @param already those that were put back before and so were left alone
 * @param guarded those that the loop guard held back
 * @param refused those that cannot be put back, or not with this patch
 * @param remarks why, for the first of those that were guarded or refused
 */
public record ReplayReport(long chosen, long putBack, long already, long guarded, long refused, List<String> remarks) {
    public ReplayReport {
        remarks = List.copyOf(remarks);
    }
}
