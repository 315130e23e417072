package dev.sluice.embedded;

import dev.sluice.app.cli.Cli;
import dev.sluice.app.cli.ConfigOption;
import dev.sluice.app.cli.SluiceCommand;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.embedded.bench.BenchCommand;
import dev.sluice.embedded.chaos.ChaosCommand;
import dev.sluice.embedded.demo.BackfillDemoCommand;
import dev.sluice.embedded.demo.DemoCommand;
import dev.sluice.embedded.demo.DlqDemoCommand;
import dev.sluice.embedded.demo.ProofCommand;
import dev.sluice.embedded.demo.UpCommand;
import dev.sluice.embedded.trino.TrinoCommand;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.load.LoadTarget;
import dev.sluice.load.ProduceCommand;
import java.net.URI;
import java.time.Clock;
import org.apache.kafka.common.utils.Exit;
import picocli.CommandLine;

/** What {@code ./sluice} starts: the service's commands, the load generator's, and those of the embedded platform. */
public final class Sluice {
    private Sluice() {}

    /** Runs a command and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        // The JDK's HTTP server reads it once: without it every answer waits for a delayed acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        // Kafka halts the process when it cannot write its folder any more; the reason should reach a person.
        Exit.setHaltProcedure((status, message) -> {
            System.err.printf(
                    "[SLUICE-%d] Cannot go on: the embedded broker cannot write its data folder, expected a disk with free space, found the failure logged above. What was acknowledged is kept; free some space and start again.%n",
                    ErrorCode.STORAGE_FAILED.number());
            Runtime.getRuntime().halt(ErrorCode.STORAGE_FAILED.kind().exitCode());
        });
        System.exit(commandLine(Boolean.getBoolean("sluice.terminal")).execute(arguments));
    }

    /** The whole command line. */
    public static CommandLine commandLine(boolean terminal) {
        Clock clock = Clock.systemUTC();
        CommandLine demo = new CommandLine(new DemoCommand(clock, terminal))
                .addSubcommand(new BackfillDemoCommand(clock))
                .addSubcommand(new DlqDemoCommand(clock));
        ProofCommand.addTo(demo, clock);
        CommandLine commands = new CommandLine(new SluiceCommand())
                .addSubcommand(demo)
                .addSubcommand(new UpCommand(clock))
                .addSubcommand(new ChaosCommand(clock, terminal))
                .addSubcommand(BenchCommand.of(clock));
        ConfigOption platform = new ConfigOption();
        CommandLine produce = new CommandLine(new ProduceCommand(() -> target(platform), clock, terminal));
        produce.addMixin("platform", platform);
        commands.addSubcommand(produce);
        ConfigOption tables = new ConfigOption();
        CommandLine trino = new CommandLine(new TrinoCommand(() -> catalogUri(tables), tables::dataFolder));
        trino.addMixin("platform", tables);
        commands.addSubcommand(trino);
        return Cli.of(commands);
    }

    private static URI catalogUri(ConfigOption platform) {
        String uri = platform.load().catalog().properties().get("uri");
        if (uri == null) {
            throw new SluiceException(
                    ErrorCode.CONFIG_INVALID,
                    "Cannot start Trino on the catalog of " + platform.file()
                            + ": expected a REST catalog with a 'uri', found none");
        }
        return URI.create(uri);
    }

    private static LoadTarget target(ConfigOption platform) {
        SluiceConfig config = platform.forCommand();
        return new LoadTarget(config.kafka(), config.registry());
    }
}
