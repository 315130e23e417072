package dev.sluice.embedded.bench;

import dev.sluice.app.cli.ConfigOption;
import dev.sluice.app.cli.ExitCodes;
import dev.sluice.app.cli.OutputOption;
import dev.sluice.embedded.bench.LandingBench.Contestant;
import dev.sluice.load.Faults;
import dev.sluice.load.LoadSpec;
import dev.sluice.load.Percent;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice bench landing}. */
@Command(
        name = "landing",
        description = {
            "Land one preloaded topic by the service, by a bare loop with the same decoder and writer, and by the",
            "Apache Iceberg Kafka Connect sink: events per CPU-second of the landing process, memory, files, bytes.",
            "Then land a steady stream and say when its records are visible in bronze, silver and gold."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sluice bench landing --events 2000000 --data /tmp/sluice-bench -o json"})
public final class LandingBenchCommand implements Callable<Integer> {
    private static final Path DEFAULT_FOLDER = Path.of(".sluice", "bench");

    private final Clock clock;

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private OutputOption output = new OutputOption();

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "2000000",
            description = "Records of the preloaded topic (default: ${DEFAULT-VALUE}).")
    private long events;

    @Option(
            names = "--only",
            paramLabel = "PART",
            split = ",",
            description = "Only these of service, floor, connect and freshness (default: all).")
    private Set<Part> only = new LinkedHashSet<>();

    @Option(
            names = "--freshness-seconds",
            paramLabel = "N",
            defaultValue = "60",
            description = "How long the steady stream lasts (default: ${DEFAULT-VALUE}).")
    private int freshnessSeconds;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "5000",
            description = "Events per second of the steady stream (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Option(
            names = "--java-opts",
            paramLabel = "FLAGS",
            defaultValue = "-XX:+UseParallelGC -Xmx3g -Xshare:auto -XX:MaxInlineLevel=9 -XX:InlineSmallCode=1500",
            description = "JVM flags of every measured process, those of ./sluice by default: ${DEFAULT-VALUE}")
    private String javaFlags = "";

    @Option(
            names = "--profile",
            description = "Leave a Flight Recorder file of each measured process in the data folder.")
    private boolean profile;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** What can be measured. */
    enum Part {
        service,
        floor,
        connect,
        freshness
    }

    public LandingBenchCommand(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        BenchOptions options = options();
        List<Measurement> landing = options.contestants().isEmpty()
                ? List.of()
                : new LandingBench(options, clock, line -> say(err, line)).run();
        Map<String, Delays> freshness = wants(Part.freshness)
                ? new FreshnessBench(options, rate, freshnessSeconds, clock, line -> say(err, line)).run()
                : Map.of();
        BenchReport report = new BenchReport(new BenchResult(landing, freshness));
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            report.printJson(out);
        } else {
            report.printText(out);
        }
        return ExitCodes.OK;
    }

    private BenchOptions options() {
        Set<Contestant> contestants = new LinkedHashSet<>();
        for (Contestant contestant : Contestant.values()) {
            if (wants(Part.valueOf(contestant.label()))) {
                contestants.add(contestant);
            }
        }
        // No malformed records: a Connect sink with its default settings would stop at the first one.
        Faults defaults = Faults.defaults();
        LoadSpec load = LoadSpec.defaults()
                .withEvents(events)
                .withOrders((int) Math.max(1, Math.min(Integer.MAX_VALUE, events / 5)))
                .withFaults(new Faults(
                        Percent.parse("--malformed", "0%"),
                        defaults.duplicates(),
                        defaults.outOfOrder(),
                        defaults.late(),
                        Percent.parse("--tombstones", "0%")));
        Path folder = config.dataFolder().equals(ConfigOption.DEFAULT_DATA) ? DEFAULT_FOLDER : config.dataFolder();
        return new BenchOptions(
                folder.toAbsolutePath(),
                config.file(),
                load,
                contestants,
                List.of(javaFlags.strip().split(" +")),
                profile);
    }

    private boolean wants(Part part) {
        return only.isEmpty() || only.contains(part);
    }

    private static void say(PrintWriter err, String line) {
        err.println(line);
        err.flush();
    }
}
