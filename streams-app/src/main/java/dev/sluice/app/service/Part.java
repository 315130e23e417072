package dev.sluice.app.service;

/** What a process of the service does. */
public enum Part {
    /** Lands topics: any number of processes share the partitions. */
    INGEST,
    /** Commits what was landed and runs the models: one process leads, the others stand by. */
    COMMITTER
}
