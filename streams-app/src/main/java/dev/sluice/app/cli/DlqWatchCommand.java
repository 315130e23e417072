package dev.sluice.app.cli;

import dev.sluice.app.config.SourceConfig;
import dev.sluice.app.dlq.DeadLetters;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice dlq watch}. */
@Command(
        name = "watch",
        description = "Show dead letters as they arrive, until Ctrl-C.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sluice dlq watch --reason TRUNCATED,CORRUPT"})
public final class DlqWatchCommand implements Callable<Integer> {
    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private SourceOption source = new SourceOption();

    @Mixin
    private DlqFilter filter = new DlqFilter();

    @Mixin
    private OutputOption output = new OutputOption();

    @Option(names = "--from-beginning", description = "Begin with the oldest dead letter (default: only new ones).")
    private boolean fromBeginning;

    @Option(names = "--limit", paramLabel = "N", description = "Stop after so many (default: never).")
    private long limit = Long.MAX_VALUE;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        var pipeline = config.forCommand();
        Set<String> topics = source.of(pipeline).stream().map(SourceConfig::dlq).collect(Collectors.toSet());
        AtomicLong shown = new AtomicLong();
        new DeadLetters(pipeline.kafka(), Clock.systemUTC())
                .follow(topics, fromBeginning, () -> announce(topics), letter -> {
                    if (filter.test(letter)) {
                        out.println(output.json() ? DlqText.json(letter).toString() : DlqText.line(letter));
                        out.flush();
                        shown.incrementAndGet();
                    }
                    return shown.get() < limit;
                });
        return ExitCodes.OK;
    }

    private void announce(Set<String> topics) {
        if (!output.json()) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("Watching " + String.join(", ", topics) + "; Ctrl-C ends it.");
            err.flush();
        }
    }
}
