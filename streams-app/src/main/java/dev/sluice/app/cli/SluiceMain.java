package dev.sluice.app.cli;

import picocli.CommandLine;

/** The service's own entry point, as the container image runs it: without the embedded platform. */
public final class SluiceMain {
    private SluiceMain() {}

    /** Runs a command and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        System.exit(Cli.of(new CommandLine(new SluiceCommand())).execute(arguments));
    }
}
