package dev.sluice.sink.model;

/** Where the SQL of models is run. What is to be run, and when it is run again, {@link ModelEngine} decides. */
public interface SqlEngine extends AutoCloseable {
    /** One attempt at one run. */
    Attempt attempt(Pinned pinned);

    /** Deletes what killed processes left behind; nobody else is using the work folder. */
    void sweep();

    /** Ends the SQL that is running, in any thread, and runs no more. */
    @Override
    void close();
}
