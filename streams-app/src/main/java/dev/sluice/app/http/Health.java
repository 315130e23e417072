package dev.sluice.app.http;

import dev.sluice.app.commit.CommitStatus;
import dev.sluice.app.ingest.IngestStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether a process may be sent work, and why not.
 *
 * @param reasons why it is not ready, empty when it is
 */
record Health(List<String> reasons) {
    Health {
        reasons = List.copyOf(reasons);
    }

    static Health of(Optional<IngestStatus> ingest, Optional<CommitStatus> committer) {
        List<String> reasons = new ArrayList<>();
        ingest.ifPresent(status -> {
            if (!status.state().equals("RUNNING")) {
                reasons.add("ingest is " + status.state());
            }
            if (status.failures() > 0) {
                reasons.add("ingest fails: " + status.lastError());
            }
        });
        committer.ifPresent(status -> {
            if (status.failingSince() != null) {
                reasons.add("commits have failed since " + status.failingSince() + ": " + status.lastError());
            }
            if (status.role() == CommitStatus.Role.STOPPED) {
                reasons.add("the committer has stopped");
            }
        });
        return new Health(reasons);
    }

    boolean ready() {
        return reasons.isEmpty();
    }
}
