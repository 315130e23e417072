package dev.sluice.app.fault;

/** The places in a record's way to its tables where dying is most awkward. */
public enum FaultPoint {
    /** The micro-batch is about to end; data files are open. */
    BEFORE_FILE_CLOSE,
    /** Data files are closed, nobody knows of them yet. */
    AFTER_FILE_CLOSE,
    /** Announcements are in the transaction, the source offsets are not. */
    AFTER_ANNOUNCE,
    /** Offsets are in the transaction, which is still open. */
    AFTER_OFFSETS,
    /** Everything is sent, the transaction is about to commit. */
    BEFORE_TRANSACTION_COMMIT,
    /** The transaction is committed, the thread does not go on. */
    AFTER_TRANSACTION_COMMIT,
    /** A rejected record was sent to its dead-letter topic, its transaction is open. */
    AFTER_DEAD_LETTER,
    /** The committer has announcements in hand. */
    BEFORE_BRONZE_COMMIT,
    /** A bronze table was committed, others of the round not yet. */
    AFTER_BRONZE_COMMIT,
    /** All bronze tables are committed, the models have not run. */
    BEFORE_MODELS,
    /** The models have run, the round is not recorded. */
    AFTER_MODELS,
    /** A backfill's batch is read and its data files are closed, nobody knows of them yet. */
    BACKFILL_LANDED,
    /** The dead letters of a backfill's batch are sent, its rows are not in the table. */
    BACKFILL_LETTERS_SENT,
    /** The rows of a backfill's batch are in the table, the models have not seen them. */
    BACKFILL_COMMITTED,
    /** The rows of a backfill's batch are on its branch, the log does not say so. */
    BACKFILL_STAGED,
    /** A backfill's publication was rehearsed, nothing of it is to be seen. */
    BACKFILL_REHEARSED,
    /** A backfill's rows are published, the models have not seen them. */
    BACKFILL_PUBLISHED,
    /** A backfill's batch is done and not entered in the log. */
    BACKFILL_MODELS_RUN,
    /** Dead letters and their markers are sent back, the transaction is open. */
    BEFORE_REPLAY_COMMIT,
    /** A batch of dead letters was put back, the next has not begun. */
    AFTER_REPLAY_COMMIT
}
