package dev.sluice.app.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.app.dlq.DeadLetterView;
import dev.sluice.app.dlq.DeadLetters;
import dev.sluice.app.dlq.RejectedRows;
import dev.sluice.app.service.Catalogs;
import dev.sluice.sink.model.ModelSet;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sluice dlq stats}. */
@Command(
        name = "stats",
        description = {
            "Count dead letters by reason, with the newest of each,",
            "and the rows that tests of the models kept out, by the tests that they failed."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sluice dlq stats --source orders -o json"})
public final class DlqStatsCommand implements Callable<Integer> {
    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private SourceOption source = new SourceOption();

    @Mixin
    private DlqFilter filter = new DlqFilter();

    @Mixin
    private OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private record Tally(long count, DeadLetterView newest) {
        private Tally plus(Tally later) {
            return new Tally(count + later.count, later.newest);
        }
    }

    @Override
    public Integer call() {
        var pipeline = config.forCommand();
        DeadLetters letters = new DeadLetters(pipeline.kafka(), Clock.systemUTC());
        ObjectNode json = new ObjectMapper().createObjectNode();
        PrintWriter out = spec.commandLine().getOut();
        for (SourceConfig one : source.of(pipeline)) {
            Map<String, Tally> reasons = new TreeMap<>();
            letters.read(one.dlq(), letter -> {
                if (filter.test(letter)) {
                    reasons.merge(letter.reason(), new Tally(1, letter), Tally::plus);
                }
            });
            if (output.json()) {
                ObjectNode counts = json.putObject(one.name());
                reasons.forEach((reason, tally) -> counts.put(reason, tally.count()));
            } else {
                print(out, one, reasons);
            }
        }
        Map<String, Map<String, Long>> rejected = rejected(pipeline);
        if (output.json()) {
            rejected.forEach((table, reasons) -> {
                ObjectNode counts = json.putObject(table);
                reasons.forEach(counts::put);
            });
            out.println(json);
        } else {
            rejected.forEach((table, reasons) -> print(out, table, reasons));
        }
        return ExitCodes.OK;
    }

    /** What the tests of the models kept out. */
    private static Map<String, Map<String, Long>> rejected(SluiceConfig pipeline) {
        try (Catalogs catalogs = Catalogs.open(pipeline.catalog())) {
            return new RejectedRows(catalogs.catalog(), ModelSet.load(pipeline.models())).byReason();
        }
    }

    private static void print(PrintWriter out, String table, Map<String, Long> reasons) {
        out.printf(
                "%s: %,d rows that tests kept out%n",
                table, reasons.values().stream().mapToLong(Long::longValue).sum());
        TextTable counts = TextTable.of("failed tests", "count");
        reasons.forEach(counts::row);
        counts.lines().forEach(out::println);
    }

    private static void print(PrintWriter out, SourceConfig source, Map<String, Tally> reasons) {
        long total = reasons.values().stream().mapToLong(Tally::count).sum();
        out.printf("%s: %,d dead letters%n", source.dlq(), total);
        if (total == 0) {
            return;
        }
        TextTable table = TextTable.of("reason", "count", "meaning", "newest");
        reasons.forEach((reason, tally) -> table.row(
                reason,
                tally.count(),
                tally.newest().meaning(),
                source.topic() + "-" + tally.newest().partition() + "@"
                        + tally.newest().offset()));
        table.lines().forEach(out::println);
    }
}
