package dev.sluice.embedded.reference;

import dev.sluice.app.config.ConfigFile;
import dev.sluice.app.config.ConfigKey;
import dev.sluice.embedded.Sluice;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.ErrorKind;
import dev.sluice.schemas.registry.RegistryKey;
import dev.sluice.sink.deadletter.DeadLetterColumns;
import dev.sluice.sink.land.RejectReason;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The text of every page of the reference. */
final class ReferencePages {
    private static final String SMALLEST = """
            kafka: {bootstrap.servers: "host:9092"}
            instance: any
            sources:
              - name: orders
                pii: [{column: a, rule: redact}]
                checks: [{column: a, not_null: true}]
            """;

    private ReferencePages() {}

    /** By file name. */
    static Map<String, String> all() {
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("errors.md", errors());
        pages.put("exit-codes.md", exitCodes());
        pages.put("reject-reasons.md", rejectReasons());
        pages.put("configuration.md", configuration());
        pages.put("commands.md", commands());
        return pages;
    }

    private static StringBuilder page(String title, String introduction) {
        return new StringBuilder(
                "# " + title + "\n\n<!-- Printed from the code by ReferenceDocsTest; see CONTRIBUTING.md"
                        + " before changing it here. -->\n\n" + introduction + "\n\n");
    }

    private static String errors() {
        StringBuilder page = page(
                "Errors",
                "Every error names its code. Numbers never change. The kind decides whether Sluice tries again, and it is"
                        + " the [exit code](exit-codes.md) of a command.");
        page.append("| code | name | kind | meaning |\n|---|---|---|---|\n");
        for (ErrorCode code : ErrorCode.values()) {
            page.append("| `%s` | %s | %s | %s |\n"
                    .formatted(code.label(), code.name(), lower(code.kind()), code.meaning()));
        }
        page.append("\n| kind | whose problem it is | exit code |\n|---|---|---|\n");
        for (ErrorKind kind : ErrorKind.values()) {
            page.append("| %s | %s | %d |\n".formatted(lower(kind), kind.meaning(), kind.exitCode()));
        }
        return page.toString();
    }

    private static String exitCodes() {
        StringBuilder page = page("Exit codes", "Of every command.");
        page.append("| exit code | meaning |\n|---|---|\n");
        Sluice.commandLine(false)
                .getCommandSpec()
                .usageMessage()
                .exitCodeList()
                .forEach((code, meaning) -> page.append("| %s | %s |\n".formatted(code.strip(), meaning)));
        return page.toString();
    }

    private static String rejectReasons() {
        StringBuilder page = page(
                "Reject reasons",
                "Why a record is a dead letter: the header `sluice.reason` of the dead letter, and the label of the"
                        + " metrics. The codes never change.");
        page.append("| reason | meaning |\n|---|---|\n");
        for (RejectReason reason : RejectReason.values()) {
            page.append("| `%s` | %s |\n".formatted(reason, reason.meaning()));
        }
        page.append(
                "\nIn the table of dead letters only, where rows of the models are too:\n\n| reason | meaning |\n|---|---|\n");
        page.append("| `%s` | A test of a model kept the row out; the detail names the model and the tests |\n"
                .formatted(DeadLetterColumns.TEST_FAILED));
        return page.toString();
    }

    private static String configuration() {
        StringBuilder page = page("Configuration", """
                Every key of `sluice.yaml`. Any other key is an error that names the nearest one. `${NAME}` and
                `${NAME:-default}` are taken from the environment, `${file:<path>}` from a file. Sizes are written like `64MB`, durations like `500ms`, `2s`
                or `5m`.""");
        Map<String, String> defaults = defaults();
        page.append("| key | default | meaning |\n|---|---|---|\n");
        for (String key : ConfigFile.keys()) {
            String meaning = ConfigKey.of(key).map(ConfigKey::meaning).orElse("(add it to ConfigKey)");
            String standard = defaults.get(key);
            page.append("| `%s` | %s | %s |\n"
                    .formatted(key.replace("[0]", "[]"), standard == null ? "" : "`" + standard + "`", cell(meaning)));
        }
        page.append("\n## Keys under `registry`\n\n| key | default | meaning |\n|---|---|---|\n");
        for (RegistryKey key : RegistryKey.values()) {
            page.append("| `%s` | %s | %s |\n"
                    .formatted(
                            key.property(),
                            key.standard().map(value -> "`" + value + "`").orElse(""),
                            cell(key.meaning())));
        }
        return page.toString();
    }

    /** What a file that says next to nothing comes to, but for what differs from machine to machine or is its own. */
    private static Map<String, String> defaults() {
        String described = ConfigFile.parse("smallest.yaml", SMALLEST, Map.of()).describe();
        Map<String, String> defaults = new TreeMap<>();
        Map<String, Object> yaml = new Yaml(new SafeConstructor(new LoaderOptions())).load(described);
        flatten("", yaml, defaults);
        defaults.keySet()
                .removeIf(key -> key.equals("instance")
                        || key.matches("sources\\[0]\\.(name|topic|table|dlq|subject)")
                        || key.contains("column")
                        || key.endsWith("not_null"));
        defaults.put("sources[0].pii[0].rule", "hash");
        return defaults;
    }

    private static void flatten(String path, Object value, Map<String, String> into) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, child) -> flatten(path.isEmpty() ? String.valueOf(key) : path + "." + key, child, into));
        } else if (value instanceof Iterable<?> list) {
            int index = 0;
            for (Object child : list) {
                flatten(path + "[" + index++ + "]", child, into);
            }
        } else {
            into.put(path, String.valueOf(value));
        }
    }

    private static String commands() {
        StringBuilder page = page(
                "Commands",
                "What `--help` says of every command. What they exit with is on a [page of its own](exit-codes.md).");
        command(Sluice.commandLine(false), page);
        return page.toString();
    }

    private static void command(CommandLine command, StringBuilder page) {
        if (command.getCommandName().equals("help")) {
            return;
        }
        UsageMessageSpec usage = command.getCommandSpec().usageMessage();
        usage.autoWidth(false);
        usage.width(110);
        usage.exitCodeListHeading("");
        usage.exitCodeList(Map.of());
        page.append("## ")
                .append(command.getCommandSpec().qualifiedName())
                .append("\n\n```\n")
                .append(command.getUsageMessage(Ansi.OFF)
                        .replaceAll("[ \t]+(\\R)", "$1")
                        .stripTrailing())
                .append("\n```\n\n");
        command.getSubcommands().values().stream().distinct().forEach(child -> command(child, page));
    }

    private static String lower(ErrorKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
