package dev.sluice.app.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.schemas.registry.ContractCheck;
import dev.sluice.schemas.registry.SchemaRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParser;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice schemas check}. */
@Command(
        name = "check",
        description = {
            "Ask the registry whether it would take each schema file as the next version of its subject,"
                    + " by the subject's own compatibility level. Nothing is registered.",
            "Without arguments: the contract of every source. Exit code 1 when one is incompatible."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example: sluice schemas check",
            "         sluice schemas check orders-value=schemas/order.avsc -o json"
        })
public final class SchemasCheckCommand implements Callable<Integer> {
    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private OutputOption output = new OutputOption();

    @Parameters(
            paramLabel = "SUBJECT=FILE",
            description = "Subjects and their Avro files, instead of those of the configuration.")
    private Map<String, Path> given = new LinkedHashMap<>();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private record Checked(Path file, ContractCheck check) {}

    @Override
    public Integer call() {
        SluiceConfig pipeline = config.forCommand();
        Map<String, Path> contracts = given.isEmpty() ? contracts(pipeline) : given;
        List<Checked> all = new ArrayList<>();
        try (SchemaRegistry registry = SchemaRegistry.from(pipeline.registry())) {
            contracts.forEach(
                    (subject, file) -> all.add(new Checked(file, ContractCheck.of(registry, subject, read(file)))));
        }
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            out.println(json(all));
        } else {
            print(all, out);
        }
        return passes(all) ? ExitCodes.OK : ExitCodes.VERDICT_NO;
    }

    private Map<String, Path> contracts(SluiceConfig pipeline) {
        Map<String, Path> contracts = new LinkedHashMap<>();
        for (SourceConfig source : pipeline.sources()) {
            if (!source.contract().isEmpty()) {
                contracts.put(source.subject(), config.file().resolveSibling(source.contract()));
            }
        }
        if (contracts.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "Cannot check schemas: no source of %s has a contract, expected one or SUBJECT=FILE arguments, found none"
                            .formatted(config.file()));
        }
        return contracts;
    }

    private static Schema read(Path file) {
        try {
            return new SchemaParser().parse(Files.readString(file)).mainSchema();
        } catch (IOException e) {
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "Cannot read schema file %s: expected a readable file, found %s".formatted(file, e),
                    e);
        } catch (AvroRuntimeException e) {
            throw new SluiceException(
                    ErrorCode.SCHEMA_INVALID,
                    "Cannot read schema file %s: it is no Avro schema (%s)".formatted(file, e.getMessage()),
                    e);
        }
    }

    private static boolean passes(List<Checked> all) {
        return all.stream().noneMatch(each -> each.check().verdict() == ContractCheck.Verdict.INCOMPATIBLE);
    }

    private static String word(ContractCheck check) {
        return check.verdict().name().toLowerCase(Locale.ROOT);
    }

    private static void print(List<Checked> all, PrintWriter out) {
        TextTable table = TextTable.of("subject", "file", "level", "verdict");
        all.forEach(each -> table.row(
                each.check().subject(),
                String.valueOf(each.file().getFileName()),
                each.check().level(),
                word(each.check())));
        table.lines().forEach(out::println);
        for (Checked each : all) {
            each.check().reasons().forEach(reason -> out.println(each.check().subject() + ": " + reason));
        }
    }

    private static ObjectNode json(List<Checked> all) {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("verdict", passes(all) ? "pass" : "fail");
        ArrayNode schemas = root.putArray("schemas");
        for (Checked each : all) {
            ObjectNode node = schemas.addObject()
                    .put("subject", each.check().subject())
                    .put("file", each.file().toString())
                    .put("level", each.check().level())
                    .put("verdict", word(each.check()));
            ArrayNode reasons = node.putArray("reasons");
            each.check().reasons().forEach(reasons::add);
        }
        return root;
    }
}
