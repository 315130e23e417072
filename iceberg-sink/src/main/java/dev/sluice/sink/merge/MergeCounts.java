package dev.sluice.sink.merge;

/**
 * What a merge decided, in keys.
 *
 * @param inserted keys that were new
 * @param updated keys whose row was replaced
 * @param unchanged keys whose row came again as it is
 * @param stale keys whose row came older than it is, or that were deleted for good
 * @param deleted keys whose row was removed
 */
public record MergeCounts(long inserted, long updated, long unchanged, long stale, long deleted) {
    public static final MergeCounts NONE = new MergeCounts(0, 0, 0, 0, 0);

    /** These counts and more stale keys. */
    MergeCounts withStale(long more) {
        return more == 0 ? this : new MergeCounts(inserted, updated, unchanged, stale + more, deleted);
    }

    /** Rows that the commit adds. */
    public long written() {
        return inserted + updated;
    }

    /** Whether the table must change. */
    public boolean changesRows() {
        return written() + deleted > 0;
    }
}
