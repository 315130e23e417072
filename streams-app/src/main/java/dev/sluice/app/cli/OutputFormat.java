package dev.sluice.app.cli;

/** How a command prints its result: {@code text} for people, {@code json} for programs. */
public enum OutputFormat {
    text,
    json
}
