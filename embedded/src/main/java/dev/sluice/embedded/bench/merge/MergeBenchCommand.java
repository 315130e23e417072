package dev.sluice.embedded.bench.merge;

import dev.sluice.app.cli.ConfigOption;
import dev.sluice.app.cli.ExitCodes;
import dev.sluice.app.cli.OutputOption;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice bench merge}. */
@Command(
        name = "merge",
        description = {
            "Preload silver.orders, then merge batches of 100,000 events: half new orders, half updates of random ones,",
            "5%% duplicates, 2%% out of order. Prints what each batch costs and what the table costs its readers.",
            "Needs no Kafka; the catalog is a file in the data folder, which is emptied first."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sluice bench merge --rows 1000000 --data /tmp/sluice-merge -o json"})
public final class MergeBenchCommand implements Callable<Integer> {
    private static final Path DEFAULT_FOLDER = Path.of(".sluice", "bench-merge");

    private final Clock clock;

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private OutputOption output = new OutputOption();

    @Option(
            names = "--rows",
            paramLabel = "N",
            defaultValue = "10000000",
            description = "Orders in the table before the first batch (default: ${DEFAULT-VALUE}).")
    private long rows;

    @Option(
            names = "--batches",
            paramLabel = "N",
            defaultValue = "10",
            description = "Batches to merge (default: ${DEFAULT-VALUE}).")
    private int batches;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            defaultValue = "1GB",
            description = "Memory of the SQL engine (default: ${DEFAULT-VALUE}).")
    private String memory = "";

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "2",
            description = "Threads of the SQL engine (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public MergeBenchCommand(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        Path folder = config.dataFolder().equals(ConfigOption.DEFAULT_DATA) ? DEFAULT_FOLDER : config.dataFolder();
        Path models = config.file().toAbsolutePath().resolveSibling("models");
        MergeFigures figures;
        try (BenchLake lake = BenchLake.create(folder.toAbsolutePath(), memory, threads)) {
            figures = new MergeBench(lake, models, clock, line -> {
                        err.println(line);
                        err.flush();
                    })
                    .run(rows, batches);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (!output.json()) {
            figures.printText(out);
        }
        figures.printJson(out);
        return ExitCodes.OK;
    }
}
