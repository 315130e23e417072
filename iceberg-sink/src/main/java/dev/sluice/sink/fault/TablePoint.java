package dev.sluice.sink.fault;

/** The places in a change of a table where dying is most awkward. */
public enum TablePoint {
    /**
     * What a model's run writes is there (data files and deletion vectors, or a cluster's staged rows), no commit was
     * begun.
     */
    FILES_WRITTEN,
    /** A cluster has merged a run's rows into the table, whose stamp does not say so yet. */
    MERGED,
    /** Manifests are written and the stamp is set; the catalog was not asked yet. */
    COMMIT_STAGED,
    /** The catalog has committed, the committer has not looked at the answer. */
    COMMITTED,
    /** The catalog did not say whether it committed, and the stamp was not looked for yet. */
    OUTCOME_UNKNOWN,
    /** The key index was brought up to the table in an open transaction, its tag still names the old snapshot. */
    INDEX_CAUGHT_UP,
    /** The table was committed and the key index follows in an open transaction, its tag not yet. */
    INDEX_FOLLOWING,
    /** A model's table is up to date, the models after it are not. */
    MODEL_DONE,
    /** A compaction has written its data files, no commit was begun. */
    COMPACTION_WRITTEN,
    /** A compaction is committed, the files it took the place of are in older snapshots only. */
    COMPACTED,
    /** Which snapshots go is decided, the catalog was not asked yet. */
    EXPIRY_PLANNED,
    /** Snapshots are expired, and the files that only they had are still there. */
    SNAPSHOTS_EXPIRED,
    /** Some orphans are deleted, others not yet. */
    ORPHAN_DELETED
}
