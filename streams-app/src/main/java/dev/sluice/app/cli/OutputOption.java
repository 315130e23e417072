package dev.sluice.app.cli;

import picocli.CommandLine.Option;

/** The {@code -o} option that every command has. */
public final class OutputOption {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "How to print the result: text (default) or json. With json the last line is the result.")
    private OutputFormat format = OutputFormat.text;

    public boolean json() {
        return format == OutputFormat.json;
    }
}
