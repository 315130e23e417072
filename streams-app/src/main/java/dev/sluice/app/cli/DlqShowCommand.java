package dev.sluice.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.app.dlq.DeadLetterView;
import dev.sluice.app.dlq.Position;
import dev.sluice.app.replay.SourceLetters;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.schemas.registry.SchemaRegistry;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice dlq show}. */
@Command(
        name = "show",
        description = {
            "Show one dead letter: its headers, its bytes, the schema it claims, and what can be decoded of it.",
            "Where the source has rules for personal data, what they cover and what was not decoded stays hidden."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sluice dlq show orders-3@1204"})
public final class DlqShowCommand implements Callable<Integer> {
    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private SourceOption source = new SourceOption();

    @Mixin
    private OutputOption output = new OutputOption();

    @Parameters(
            paramLabel = "POSITION",
            description = "Where it was rejected (orders-3@1204), or where it stands now (orders.dlq-3@17, or 3@17).")
    private String position = "";

    @Option(names = "--raw", description = "Hide nothing: show personal data as it is.")
    private boolean raw;

    @Option(names = "--lines", paramLabel = "N", description = "At most so many lines of bytes (default: 32).")
    private int lines = 32;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        SluiceConfig pipeline = config.forCommand();
        for (SourceConfig one : source.of(pipeline)) {
            Position wanted = DlqPositions.of(position, one);
            SourceLetters letters = SourceLetters.open(pipeline, one, Clock.systemUTC());
            List<DeadLetterView> found = new ArrayList<>();
            letters.read((letter, state) -> {
                if (letter.position().equals(wanted)
                        || wanted.equals(new Position(one.dlq(), letter.dlqPartition(), letter.dlqOffset()))) {
                    found.add(letter);
                }
            });
            if (!found.isEmpty()) {
                DeadLetterView letter = found.get(found.size() - 1);
                try (SchemaRegistry registry = SchemaRegistry.from(pipeline.registry())) {
                    DlqPortrait portrait = DlqPortrait.of(one, letter, registry, raw);
                    if (output.json()) {
                        ObjectNode json = DlqText.json(letter, letters.state(letter));
                        portrait.fill(json);
                        out.println(json);
                    } else {
                        portrait.print(out, letters.state(letter), lines);
                    }
                }
                return ExitCodes.OK;
            }
        }
        throw new SluiceException(
                ErrorCode.DEAD_LETTER_MISSING,
                "[" + position
                        + "] Cannot show the dead letter: none stands there, expected a position that 'sluice dlq list' prints");
    }
}
