package dev.sluice.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.app.dlq.Position;
import dev.sluice.app.fault.Faults;
import dev.sluice.app.replay.DeadLetterReplay;
import dev.sluice.app.replay.MergePatch;
import dev.sluice.app.replay.ReplayChoice;
import dev.sluice.app.replay.ReplayReport;
import dev.sluice.app.replay.ValueChange;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.schemas.registry.SchemaRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice dlq replay}. */
@Command(
        name = "replay",
        description = {
            "Put dead letters back into their topic, byte by byte or through a JSON patch.",
            "Without --execute it only says what it would do. Each dead letter goes back once, however often this runs."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples: sluice dlq replay --reason UNKNOWN_SCHEMA_ID --execute",
            "          sluice dlq replay orders-3@1204 --patch fix.json --execute"
        })
public final class DlqReplayCommand implements Callable<Integer> {
    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private SourceOption source = new SourceOption();

    @Mixin
    private DlqFilter filter = new DlqFilter();

    @Mixin
    private OutputOption output = new OutputOption();

    @Parameters(
            paramLabel = "POSITION",
            arity = "0..*",
            description = "Only these: orders-3@1204, or where the dead letter stands (orders.dlq-3@17, or 3@17).")
    private List<String> positions = List.of();

    @Option(names = "--all", description = "All dead letters that were not put back yet.")
    private boolean all;

    @Option(names = "--execute", description = "Do it.")
    private boolean execute;

    @Option(names = "--dry-run", description = "Only say what would be done, which is what happens without --execute.")
    private boolean dryRun;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many (default: no limit).")
    private long limit = Long.MAX_VALUE;

    @Option(
            names = "--max-replays",
            paramLabel = "N",
            description = "Leave records alone that were put back so often already (default: 3).")
    private int maxReplays = ReplayChoice.DEFAULT_MAX_REPLAYS;

    @Option(
            names = "--patch",
            paramLabel = "FILE",
            description = "A JSON merge patch on what can be decoded of the value; the result is encoded anew.")
    private @Nullable Path patch;

    @Option(
            names = "--encode-with",
            paramLabel = "ID",
            description = "The schema that the patched value is encoded with (default: the one it claims).")
    private @Nullable Integer encodeWith;

    @Option(
            names = "--decode-with",
            paramLabel = "ID",
            description = "The schema that the value is decoded with (default: the one it claims).")
    private @Nullable Integer decodeWith;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        requireSense();
        SluiceConfig pipeline = config.forCommand();
        ObjectNode json = new ObjectMapper().createObjectNode().put("executed", execute);
        PrintWriter out = spec.commandLine().getOut();
        try (SchemaRegistry registry = SchemaRegistry.from(pipeline.registry())) {
            ValueChange change = change(registry);
            for (SourceConfig one : source.of(pipeline)) {
                Set<Position> chosen = positions.stream()
                        .map(text -> DlqPositions.of(text, one))
                        .collect(Collectors.toSet());
                ReplayChoice choice = new ReplayChoice(filter, chosen, limit, maxReplays);
                DeadLetterReplay replay =
                        new DeadLetterReplay(pipeline, one, change, Faults.fromSystemProperty(), Clock.systemUTC());
                ReplayReport report = execute ? replay.execute(choice) : replay.preview(choice);
                if (output.json()) {
                    fill(json.putObject(one.name()), report);
                } else {
                    print(out, one, report);
                }
            }
        }
        if (output.json()) {
            out.println(json);
        }
        return ExitCodes.OK;
    }

    private void requireSense() {
        if (!all && positions.isEmpty() && !filter.chooses()) {
            throw usage("expected positions, a filter or --all, found none of them");
        }
        if (execute && dryRun) {
            throw usage("expected --execute or --dry-run, found both");
        }
        if (patch == null && (encodeWith != null || decodeWith != null)) {
            throw usage("--encode-with and --decode-with go with --patch; a patch {} changes nothing but the encoding");
        }
    }

    private static SluiceException usage(String reason) {
        return new SluiceException(ErrorCode.USAGE, "Cannot replay: " + reason);
    }

    private ValueChange change(SchemaRegistry registry) {
        Path file = patch;
        if (file == null) {
            return ValueChange.none();
        }
        try {
            JsonNode document = MergePatch.parse(Files.readString(file));
            return new MergePatch(document, encodeWith, decodeWith, registry);
        } catch (IOException e) {
            throw new SluiceException(ErrorCode.USAGE, "Cannot read the patch " + file + ": " + e.getMessage(), e);
        }
    }

    private void print(PrintWriter out, SourceConfig source, ReplayReport report) {
        out.printf(
                "%s: %,d chosen, %,d %s to %s%s%n",
                source.dlq(),
                report.chosen(),
                report.putBack(),
                execute ? "put back" : "would go back",
                source.topic(),
                patch == null ? " byte by byte" : " patched");
        out.printf(
                "  %,d were put back before, %,d held by the loop guard, %,d refused%n",
                report.already(), report.guarded(), report.refused());
        report.remarks().forEach(remark -> out.println("  " + remark));
        if (!execute && report.putBack() > 0) {
            out.println("  Nothing was changed; --execute does it.");
        }
    }

    private static void fill(ObjectNode json, ReplayReport report) {
        json.put("chosen", report.chosen())
                .put("put_back", report.putBack())
                .put("already", report.already())
                .put("guarded", report.guarded())
                .put("refused", report.refused());
        report.remarks().forEach(json.putArray("remarks")::add);
    }
}
