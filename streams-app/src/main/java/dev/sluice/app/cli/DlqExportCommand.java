package dev.sluice.app.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.app.dlq.DeadLetterView;
import dev.sluice.app.replay.DeadLetterState;
import dev.sluice.app.replay.SourceLetters;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice dlq export}. */
@Command(
        name = "export",
        description = {
            "Write dead letters as JSON lines, bytes in base64, or as files.",
            "Keys, headers and values are written as they came, personal data included."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sluice dlq export --reason TRUNCATED --folder broken"})
public final class DlqExportCommand implements Callable<Integer> {
    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private SourceOption source = new SourceOption();

    @Mixin
    private DlqFilter filter = new DlqFilter();

    @Option(
            names = "--folder",
            paramLabel = "FOLDER",
            description = "Write two files for each: POSITION.json, and POSITION.bin with the value's bytes"
                    + " (default: JSON lines on standard output).")
    private @Nullable Path folder;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        SluiceConfig pipeline = config.forCommand();
        AtomicLong written = new AtomicLong();
        for (SourceConfig one : source.of(pipeline)) {
            SourceLetters.open(pipeline, one, Clock.systemUTC()).read((letter, state) -> {
                if (filter.test(letter)) {
                    write(letter, state, out);
                    written.incrementAndGet();
                }
            });
        }
        out.flush();
        spec.commandLine().getErr().printf("%,d dead letters exported%n", written.get());
        spec.commandLine().getErr().flush();
        return ExitCodes.OK;
    }

    private void write(DeadLetterView letter, DeadLetterState state, PrintWriter out) {
        ObjectNode json = DlqText.json(letter, state);
        json.put("key", letter.key());
        ArrayNode headers = json.putArray("headers");
        letter.headers()
                .forEach(header -> headers.addObject().put("name", header.key()).put("value", header.value()));
        Path to = folder;
        if (to == null) {
            json.put("value", letter.value());
            out.println(json);
            return;
        }
        String name = letter.hasPosition()
                ? letter.position().toString()
                : "dlq-" + letter.dlqPartition() + "@" + letter.dlqOffset();
        try {
            Files.createDirectories(
                    to, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.writeString(to.resolve(name + ".json"), json.toPrettyString());
            Files.write(to.resolve(name + ".bin"), letter.value() == null ? new byte[0] : letter.value());
        } catch (IOException e) {
            throw new SluiceException(
                    ErrorCode.USAGE, "Cannot write " + name + " to folder " + to + ": " + e.getMessage(), e);
        }
    }
}
