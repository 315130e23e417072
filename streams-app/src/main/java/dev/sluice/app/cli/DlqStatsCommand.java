package dev.sluice.app.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.app.dlq.RejectedRows;
import dev.sluice.app.replay.SourceLetters;
import dev.sluice.app.service.Catalogs;
import dev.sluice.sink.model.ModelSet;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice dlq stats}. */
@Command(
        name = "stats",
        description = {
            "Count dead letters by reason, schema id and state, if need be over time,",
            "and the rows that tests of the models kept out, by the tests that they failed."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sluice dlq stats --source orders --by day -o json"})
public final class DlqStatsCommand implements Callable<Integer> {
    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private SourceOption source = new SourceOption();

    @Mixin
    private DlqFilter filter = new DlqFilter();

    @Mixin
    private OutputOption output = new OutputOption();

    @Option(
            names = "--by",
            paramLabel = "PERIOD",
            description = "Count for each hour or day of the records' timestamps, UTC (default: for all time).")
    private DlqTally.Period period = DlqTally.Period.ALL;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        SluiceConfig pipeline = config.forCommand();
        Clock clock = Clock.systemUTC();
        ObjectNode json = new ObjectMapper().createObjectNode();
        PrintWriter out = spec.commandLine().getOut();
        for (SourceConfig one : source.of(pipeline)) {
            DlqTally tally = new DlqTally(period);
            SourceLetters.open(pipeline, one, clock).read((letter, state) -> {
                if (filter.test(letter)) {
                    tally.add(letter, state);
                }
            });
            if (output.json()) {
                json.set(one.name(), tally.json());
            } else {
                tally.print(one.dlq(), out);
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
}
