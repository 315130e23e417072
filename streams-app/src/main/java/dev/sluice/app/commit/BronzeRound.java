package dev.sluice.app.commit;

import dev.sluice.sink.bronze.BronzeCommit;
import java.util.Map;

/**
 * What one round has committed to the bronze tables.
 *
 * @param epoch of the leader; grows with every change of leader, over restarts too
 * @param commits by table name; empty in a new leader's first round, in which models catch up with what an earlier
 *     leader may have left behind
 * @param leadership to be looked at before each further step
 */
public record BronzeRound(long epoch, Map<String, BronzeCommit> commits, Leadership leadership) {
    public BronzeRound {
        commits = Map.copyOf(commits);
    }
}
