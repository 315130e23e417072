package dev.sluice.embedded.demo;

import dev.sluice.app.cli.ConfigOption;
import dev.sluice.app.cli.ExitCodes;
import dev.sluice.app.cli.OutputOption;
import dev.sluice.embedded.platform.PlatformPorts;
import dev.sluice.load.LoadOptions;
import dev.sluice.load.LoadSpec;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sluice demo}. */
@Command(
        name = "demo",
        description = {
            "Run the whole pipeline on the embedded platform: produce, land, merge, and prove every row.",
            "Run it again on the same data folder and nothing changes; kill it and the next run finishes the job."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sluice demo --events 50000 --seed 7 --data /tmp/sluice-7 -o json"})
public final class DemoCommand implements Callable<Integer> {
    private final Clock clock;
    private final boolean terminal;

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private LoadOptions load = new LoadOptions();

    @Mixin
    private OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** @param terminal whether a person watches standard error, so that the progress line may be written over */
    public DemoCommand(Clock clock, boolean terminal) {
        this.clock = clock;
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        LoadSpec wanted = load.spec();
        DemoProgress progress = new DemoProgress(spec.commandLine().getErr(), terminal);
        progress.step("Starting Kafka, the schema registry and the Iceberg catalog on " + config.dataFolder() + " ...");
        try (PlatformSession session = PlatformSession.start(config, PlatformPorts.FREE)) {
            progress.step("Producing %,d events over %,d orders, seed %d; landing and merging as they arrive..."
                    .formatted(wanted.events(), wanted.orders(), wanted.seed()));
            DemoResult result = new Demo(session, wanted, progress, clock).run();
            DemoReport report = new DemoReport(result);
            if (output.json()) {
                report.printJson(out);
            } else {
                report.printText(out, config.dataFolder().toString());
            }
            return result.audit().passes() ? ExitCodes.OK : ExitCodes.VERDICT_NO;
        }
    }
}
