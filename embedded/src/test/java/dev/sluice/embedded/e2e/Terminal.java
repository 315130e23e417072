package dev.sluice.embedded.e2e;

import dev.sluice.embedded.ingest.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Where commands are typed: each is given the same data folder and configuration.
 *
 * @param data the data folder of the platform
 */
record Terminal(Path data, Path config) {
    /** What is typed. */
    String[] arguments(String command, String... more) {
        List<String> arguments = new ArrayList<>(List.of(command.split(" ", -1)));
        arguments.add("--data=" + data);
        arguments.add("--config=" + config);
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    /** Runs a command to its end. */
    Invocation run(String command, String... more) {
        return Invocation.of(arguments(command, more));
    }

    /** Starts {@code up} as a process of its own, and waits until it runs. */
    SluiceChild up(Path log, String... more) {
        SluiceChild child = SluiceChild.start(log, arguments("up", more));
        child.awaitText("Ctrl-C stops it.");
        return child;
    }

    /** Waits until {@code status} says that nothing is left to do. */
    void awaitCaughtUp(SluiceChild up, Duration patience) {
        Await.until(
                "the tables to catch up",
                patience,
                () -> run("status", "-o", "json")
                        .succeeds()
                        .json()
                        .get("caught_up")
                        .asBoolean(),
                up::err);
    }
}
