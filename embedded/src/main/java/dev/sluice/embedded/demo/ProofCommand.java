package dev.sluice.embedded.demo;

import dev.sluice.app.cli.ConfigOption;
import dev.sluice.app.cli.ExitCodes;
import dev.sluice.app.cli.OutputOption;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the commands of the proofs have in common: a data folder of their own, a report and a verdict. */
public abstract class ProofCommand implements Callable<Integer> {
    private final Clock clock;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            description = "A new folder for the data, which is kept (default: a temporary one, which is deleted).")
    private @Nullable Path data;

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
        Path folder = data == null ? temporary() : data;
        try {
            ConfigOption options = new ConfigOption();
            new CommandLine(new Parsed(options)).parseArgs("--data", folder.toString());
            DemoProgress progress = new DemoProgress(spec.commandLine().getErr(), false);
            Proof proof = prove(options, progress, clock);
            PrintWriter out = spec.commandLine().getOut();
            if (output.json()) {
                proof.printJson(out);
            } else {
                proof.printText(out);
            }
            return proof.holds() ? ExitCodes.OK : ExitCodes.VERDICT_NO;
        } finally {
            if (data == null) {
                delete(folder);
            }
        }
    }

    @CommandLine.Command
    private static final class Parsed {
        @Mixin
        private final ConfigOption options;

        Parsed(ConfigOption options) {
            this.options = options;
        }
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("sluice-proof-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
