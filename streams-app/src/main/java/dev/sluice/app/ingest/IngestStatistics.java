package dev.sluice.app.ingest;

import dev.sluice.app.announce.Announcement;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.ledger.RangeCounts;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts what committed transactions landed. Safe for use by several threads. */
final class IngestStatistics {
    private final InstantSource clock;
    private final Map<String, RangeCounts> counts = new HashMap<>();
    private long announcements;
    private @Nullable Instant lastCommit;
    private int failures;
    private @Nullable Instant failingSince;
    private @Nullable String lastError;
    private @Nullable Instant cutOffSince;

    IngestStatistics(InstantSource clock) {
        this.clock = clock;
    }

    synchronized void committed(List<Announcement> committed) {
        if (committed.isEmpty()) {
            return;
        }
        for (Announcement announcement : committed) {
            counts.merge(announcement.source(), announcement.counts(), RangeCounts::plus);
        }
        announcements += committed.size();
        lastCommit = clock.instant();
        failures = 0;
        failingSince = null;
    }

    /** Notes a failure and answers since when there was nothing but failures. */
    synchronized Instant failed(String error) {
        Instant now = clock.instant();
        failures++;
        lastError = error;
        Instant since = failingSince == null ? now : failingSince;
        failingSince = since;
        return since;
    }

    /** Notes that a call to a neighbour failed and is being tried again. */
    synchronized void waiting(SluiceException failure) {
        lastError = String.valueOf(failure.getMessage());
        if (failingSince == null) {
            failingSince = clock.instant();
        }
    }

    synchronized int failures() {
        return failures;
    }

    /** Notes whether Kafka is within reach. */
    synchronized void reachable(boolean now) {
        if (now) {
            cutOffSince = null;
        } else if (cutOffSince == null) {
            cutOffSince = clock.instant();
            lastError = "No connection to Kafka is open";
        }
    }

    synchronized IngestStatus status(String state) {
        return new IngestStatus(
                state,
                counts,
                announcements,
                lastCommit,
                failures,
                failingSince == null ? cutOffSince : failingSince,
                lastError);
    }
}
