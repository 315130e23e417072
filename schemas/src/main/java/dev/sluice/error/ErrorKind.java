package dev.sluice.error;

/** Whose problem an error is. The kind decides between retry and stop, and it is the exit code of every command. */
public enum ErrorKind {
    /** The person's configuration, arguments or files; retrying without a change cannot help. */
    CONFIG(2, "configuration, arguments or files given by the user"),
    /** Data that breaks a promise it was stored under, for example a gap in a ledger. Stops loudly. */
    DATA(3, "data that contradicts what was promised about it"),
    /** A neighbour (broker, registry, catalog, disk) that failed; retried with backoff before it surfaces. */
    EXTERNAL(4, "a neighbour that failed: broker, registry, catalog, storage"),
    /** Somebody else holds or changed the thing; a refresh and another try may succeed. */
    CONFLICT(5, "somebody else holds or changed the same thing"),
    /** A defect of Sluice. */
    BUG(70, "a defect of Sluice");

    private final int exitCode;
    private final String meaning;

    ErrorKind(int exitCode, String meaning) {
        this.exitCode = exitCode;
        this.meaning = meaning;
    }

    /** The process exit code of a command that ends with an error of this kind. */
    public int exitCode() {
        return exitCode;
    }

    /** One line for the generated reference. */
    public String meaning() {
        return meaning;
    }
}
