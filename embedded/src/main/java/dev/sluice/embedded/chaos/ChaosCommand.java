package dev.sluice.embedded.chaos;

import dev.sluice.app.cli.ConfigOption;
import dev.sluice.app.cli.ExitCodes;
import dev.sluice.app.cli.OutputOption;
import dev.sluice.embedded.demo.PlatformSession;
import dev.sluice.embedded.platform.PlatformPorts;
import dev.sluice.error.SluiceException;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice chaos}. */
@Command(
        name = "chaos",
        description = {
            "Kill, pause and cut off two instances of the pipeline under load, then prove every row.",
            "They die by SIGKILL at random moments and at named points; the broker comes and goes as well. It ends with"
                    + " the audit and the exact tables that the load's seed says."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sluice chaos --kills 20 --seed 7 --data /tmp/chaos-7 -o json"})
public final class ChaosCommand implements Callable<Integer> {
    private final Clock clock;
    private final boolean terminal;

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private OutputOption output = new OutputOption();

    @Option(
            names = "--kills",
            paramLabel = "N",
            defaultValue = "20",
            description = "Deaths of a service process (default: ${DEFAULT-VALUE}).")
    private int kills;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "42",
            description = "The same seed takes the same decisions and produces the same records"
                    + " (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Records of a load; the next one follows while there are kills to come"
                    + " (default: ${DEFAULT-VALUE}).")
    private long events;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "500",
            description = "Records per second (default: ${DEFAULT-VALUE}).")
    private long rate;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /**
     * Makes the command.
     *
     * @param terminal whether a person watches standard error, so that the progress line may be written over
     */
    public ChaosCommand(Clock clock, boolean terminal) {
        this.clock = clock;
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        ChaosSpec wanted = new ChaosSpec(kills, seed, events, rate);
        PrintWriter err = spec.commandLine().getErr();
        ChaosProgress progress = new ChaosProgress(err, terminal, clock);
        progress.step("Starting Kafka, the schema registry and the Iceberg catalog on " + config.dataFolder() + " ...");
        try (PlatformSession session = PlatformSession.start(config, PlatformPorts.FREE, InstanceConfig.BROKER)) {
            progress.step("Two instances, %d kills, seed %d".formatted(wanted.kills(), wanted.seed()));
            ChaosResult result = new Chaos(session, wanted, progress, clock).run(config.file(), config.dataFolder());
            ChaosReport report = new ChaosReport(result);
            PrintWriter out = spec.commandLine().getOut();
            if (output.json()) {
                report.printJson(out);
            } else {
                report.printText(out);
            }
            return result.audit().passes() ? ExitCodes.OK : ExitCodes.VERDICT_NO;
        } catch (SluiceException e) {
            err.println("The same decisions again, on another data folder: " + wanted.command());
            throw e;
        }
    }
}
