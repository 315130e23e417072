package dev.sluice.sink.bronze;

import dev.sluice.sink.ledger.Ledger;
import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.ledger.RangeCounts;
import java.util.List;

/**
 * What a commit to a bronze table did.
 *
 * @param snapshotId the snapshot made, or {@code -1} when everything was already there
 * @param appended the ranges appended
 * @param duplicates the ranges recognised as already there
 * @param ledger the ledger after the commit
 */
public record BronzeCommit(
        long snapshotId,
        List<OffsetRange> appended,
        RangeCounts counts,
        int files,
        List<OffsetRange> duplicates,
        Ledger ledger) {
    public BronzeCommit {
        appended = List.copyOf(appended);
        duplicates = List.copyOf(duplicates);
    }

    public boolean changed() {
        return snapshotId >= 0;
    }
}
