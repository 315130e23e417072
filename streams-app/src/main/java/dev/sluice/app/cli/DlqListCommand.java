package dev.sluice.app.cli;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.app.dlq.DeadLetterView;
import dev.sluice.app.replay.DeadLetterState;
import dev.sluice.app.replay.SourceLetters;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice dlq list}. */
@Command(
        name = "list",
        description = {
            "List the newest dead letters, with what has become of each.",
            "Rows that tests of the models kept out are not in the topic: see sluice dlq stats, and query the table of"
                    + " dead letters for them."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sluice dlq list --reason RULE_BROKEN --state open --since 2h --limit 5"})
public final class DlqListCommand implements Callable<Integer> {
    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private SourceOption source = new SourceOption();

    @Mixin
    private DlqFilter filter = new DlqFilter();

    @Mixin
    private OutputOption output = new OutputOption();

    @Option(names = "--limit", paramLabel = "N", description = "At most so many per source, the newest (default: 20).")
    private int limit = 20;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            split = ",",
            converter = StateName.class,
            description = "Only those that are open, replayed, dead-again or closed.")
    private Set<DeadLetterState> states = Set.of();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        SluiceConfig pipeline = config.forCommand();
        Clock clock = Clock.systemUTC();
        List<String> empty = new ArrayList<>();
        List<SourceConfig> sources = source.of(pipeline);
        for (SourceConfig one : sources) {
            SourceLetters letters = SourceLetters.open(pipeline, one, clock);
            Deque<DeadLetterView> newest = new ArrayDeque<>();
            letters.read((letter, is) -> {
                if (filter.test(letter) && (states.isEmpty() || states.contains(is))) {
                    newest.addLast(letter);
                    if (newest.size() > limit) {
                        newest.removeFirst();
                    }
                }
            });
            newest.forEach(letter -> out.println(
                    output.json()
                            ? DlqText.json(letter, letters.state(letter)).toString()
                            : DlqText.line(letter, letters.state(letter))));
            if (newest.isEmpty()) {
                empty.add(one.dlq());
            }
        }
        if (empty.size() == sources.size() && !output.json()) {
            out.println("No dead letters in " + String.join(", ", empty) + " that match.");
        }
        return ExitCodes.OK;
    }
}
