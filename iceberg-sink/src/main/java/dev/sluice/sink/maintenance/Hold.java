package dev.sluice.sink.maintenance;

import java.util.OptionalLong;

/**
 * Somebody who still needs old snapshots of a table.
 *
 * @param holder who, for people
 * @param snapshotId the oldest snapshot that is needed; empty: all that there are
 */
public record Hold(String holder, OptionalLong snapshotId) {
    /** Needs the snapshot and everything after it. */
    public static Hold from(String holder, long snapshotId) {
        return new Hold(holder, OptionalLong.of(snapshotId));
    }

    /** Needs every snapshot. */
    public static Hold everything(String holder) {
        return new Hold(holder, OptionalLong.empty());
    }
}
