package dev.sluice.embedded.demo;

import dev.sluice.app.cli.ConfigOption;
import dev.sluice.app.cli.ExitCodes;
import dev.sluice.app.cli.OutputOption;
import dev.sluice.sink.duck.Leftovers;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * What the commands of the proofs have in common: a report, a verdict, and a data folder that must be new. Without
 * {@code --data} it is a temporary one, which is deleted.
 */
public abstract class ProofCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(ProofCommand.class);

    private final Clock clock;

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    ProofCommand(Clock clock) {
        this.clock = clock;
    }

    /** Adds the commands of all proofs to the demo's. */
    public static void addTo(CommandLine demo, Clock clock) {
        demo.addSubcommand(new IdempotencyCommand(clock))
                .addSubcommand(new IncrementalCommand(clock))
                .addSubcommand(new SchemaOnReadCommand(clock));
    }

    abstract Proof prove(ConfigOption folder, DemoProgress progress, Clock time);

    @Override
    public final Integer call() {
        if (!config.dataFolder().equals(ConfigOption.DEFAULT_DATA)) {
            return report(config);
        }
        // What is proven by breaking things is proven on data of its own.
        Path folder = temporary();
        try {
            return report(config.on(folder));
        } finally {
            delete(folder);
        }
    }

    private int report(ConfigOption options) {
        Proof proof = prove(options, new DemoProgress(spec.commandLine().getErr(), false), clock);
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            proof.printJson(out);
        } else {
            proof.printText(out);
        }
        return proof.holds() ? ExitCodes.OK : ExitCodes.VERDICT_NO;
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("sluice-proof-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As far as it goes: a broker that is slow to stop still writes, and the verdict stands anyway. */
    private static void delete(Path folder) {
        Leftovers.contents(folder);
        try {
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            LOG.debug("Left a temporary folder: folder={}", folder, e);
        }
    }
}
