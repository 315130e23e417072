package dev.sluice.embedded.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.app.cli.AuditText;
import dev.sluice.app.cli.ConfigOption;
import dev.sluice.app.cli.ExitCodes;
import dev.sluice.app.cli.OutputOption;
import dev.sluice.embedded.platform.PlatformPorts;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice demo dlq}. */
@Command(
        name = "dlq",
        description = {
            "Break records, watch them die, fix the causes, put the dead letters back, and audit to zero open.",
            "On a data folder of its own, which is removed at the end. Exit code 0 only if the proof holds."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sluice demo dlq --broken 200 -o json"})
public final class DlqDemoCommand implements Callable<Integer> {
    private final Clock clock;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The pipeline's configuration (default: ./sluice.yaml, else the one shipped).")
    private @Nullable Path configFile;

    @Option(names = "--whole", paramLabel = "N", description = "Orders that are well (default: 2000).")
    private int whole = 2_000;

    @Option(names = "--broken", paramLabel = "N", description = "Orders of each of four broken kinds (default: 100).")
    private int broken = 100;

    @Mixin
    private OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public DlqDemoCommand(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        if (whole < 1 || broken < 1) {
            throw new SluiceException(
                    ErrorCode.USAGE, "Cannot run the demo: expected --whole and --broken of 1 or more, found fewer");
        }
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter say = output.json() ? spec.commandLine().getErr() : out;
        Path folder = Files.createTempDirectory("sluice-demo-dlq");
        try (PlatformSession session = PlatformSession.start(config(), folder, PlatformPorts.FREE)) {
            say.println("Kafka, the schema registry and the Iceberg catalog run on " + folder);
            DlqDemoResult result = new DlqDemo(session.config(), whole, broken, say, clock).run();
            if (output.json()) {
                out.println(json(result));
            } else {
                AuditText.print(result.audit(), out);
                out.printf(
                        "%n%,d of %,d broken orders came back, %,d dead letters are open. Done in %.1f s.%n",
                        result.closed(),
                        result.broken(),
                        result.open(),
                        result.elapsed().toMillis() / 1000.0);
            }
            out.flush();
            return result.proved() ? ExitCodes.OK : ExitCodes.VERDICT_NO;
        } finally {
            delete(folder);
        }
    }

    private ConfigOption config() {
        return configFile == null ? new ConfigOption() : ConfigOption.of(configFile);
    }

    private static String json(DlqDemoResult result) {
        return new ObjectMapper()
                .createObjectNode()
                .put("sent", result.sent())
                .put("broken", result.broken())
                .put("dead_letters", result.deadLetters())
                .put("open", result.open())
                .put("closed", result.closed())
                .put("dead_again", result.deadAgain())
                .put("audit", AuditText.verdict(result.audit()))
                .put("elapsed_s", result.elapsed().toMillis() / 1000.0)
                .toString();
    }

    private static void delete(Path folder) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(folder)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
    }
}
