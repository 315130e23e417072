package dev.sluice.sink.merge;

import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;

/**
 * Lets a commit through only on top of the stamp it was computed from. Iceberg asks at every attempt, so of two runs
 * that consumed the same rows only one can commit.
 */
final class StampGuard implements SnapshotAncestryValidator {
    private final Optional<Stamp> expected;
    private String found = "";

    /** Expects the newest stamp in the lineage of the snapshot that a run started from. */
    StampGuard(Optional<Stamp> expected) {
        this.expected = expected;
    }

    @Override
    public boolean validate(Iterable<Snapshot> lineage) {
        Optional<Stamp> newest = Stamp.newest(lineage);
        found = newest.map(Stamp::runId).orElse("none");
        return newest.equals(expected);
    }

    @Override
    public String errorMessage() {
        return "another run was committed first, expected the stamp of run %s, found %s"
                .formatted(expected.map(Stamp::runId).orElse("none"), found);
    }
}
