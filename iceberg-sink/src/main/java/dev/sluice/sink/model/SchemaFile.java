package dev.sluice.sink.model;

import dev.sluice.sink.duck.DuckTypes;
import dev.sluice.sink.duck.TypeNames;
import dev.sluice.sink.merge.Fold;
import dev.sluice.sink.quality.QualityTest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** What one {@code schema.yml} declares. The layer is the folder that it is in. */
record SchemaFile(List<Entry> models, List<Source> sources) {
    private static final List<String> MATERIALIZATIONS = List.of("incremental");
    private static final int FIRST_NESTED_ID = 1000;

    /** A declared model, before its SQL is read. */
    record Entry(
            Place place,
            String name,
            String description,
            String owner,
            Incremental incremental,
            List<String> uniqueKey,
            List<String> orderBy,
            Optional<Duration> lookback,
            Optional<String> deleteWhen,
            TableLayout layout,
            List<ModelColumn> columns,
            List<QualityTest> tests,
            Map<String, Place> testPlaces) {}

    static SchemaFile read(Path file) {
        Optional<YamlNode> root = YamlNode.read(file);
        if (root.isEmpty()) {
            return new SchemaFile(List.of(), List.of());
        }
        Map<String, YamlNode> keys = root.get().map("the file", List.of("version", "models", "sources"));
        List<Entry> models = new ArrayList<>();
        String layer = String.valueOf(file.getName(file.getNameCount() - 2));
        for (YamlNode node : items(keys.get("models"), "models")) {
            models.add(model(layer, node));
        }
        List<Source> sources = new ArrayList<>();
        for (YamlNode node : items(keys.get("sources"), "sources")) {
            Map<String, YamlNode> source = node.map("source", List.of("name", "description", "tables"));
            String schema = required(node, source, "source", "name").text("source name");
            for (YamlNode table : items(source.get("tables"), "tables")) {
                sources.add(source(schema, table));
            }
        }
        return new SchemaFile(models, sources);
    }

    private static Source source(String schema, YamlNode node) {
        Map<String, YamlNode> keys = node.map("source table", List.of("name", "description", "columns"));
        String name =
                schema + "." + required(node, keys, "source table", "name").text("source table name");
        TestReader tests = new TestReader(name);
        Source source = new Source(name, text(keys, "description"), columns(name, node, keys, tests));
        tests.places().values().stream().findFirst().ifPresent(place -> {
            throw place.error(
                    "Cannot use test of source %s: nothing runs for a source, expected the test on a model that reads it"
                            .formatted(name));
        });
        return source;
    }

    private static Entry model(String layer, YamlNode node) {
        Map<String, YamlNode> keys =
                node.map("model", List.of("name", "description", "owner", "config", "columns", "tests"));
        YamlNode nameNode = required(node, keys, "model", "name");
        String name = layer + "." + nameNode.text("model name");
        YamlNode configNode = required(node, keys, "model " + name, "config");
        Map<String, YamlNode> config = configNode.map(
                "config of model " + name,
                List.of(
                        "materialized",
                        "incremental",
                        "unique_key",
                        "order_by",
                        "lookback",
                        "delete_when",
                        "partition_by",
                        "format_version"));
        YamlNode materialized = required(configNode, config, "config of model " + name, "materialized");
        choice(materialized, "materialized of model " + name, MATERIALIZATIONS);
        YamlNode incrementalNode = required(configNode, config, "config of model " + name, "incremental");
        Incremental incremental = Incremental.valueOf(
                choice(incrementalNode, "incremental of model " + name, List.of("delta", "affected_keys", "full"))
                        .toUpperCase(Locale.ROOT));
        YamlNode keyNode = required(configNode, config, "config of model " + name, "unique_key");
        List<String> uniqueKey = keyNode.isText() ? List.of(keyNode.text("unique_key")) : keyNode.texts("unique_key");
        if (uniqueKey.isEmpty()) {
            throw keyNode.place().error("Cannot use model %s: unique_key is empty, expected a column".formatted(name));
        }
        YamlNode orderNode = config.get("order_by");
        List<String> orderBy = orderNode == null
                ? List.of()
                : orderNode.isText() ? List.of(orderNode.text("order_by")) : orderNode.texts("order_by");
        if (incremental == Incremental.DELTA && orderBy.isEmpty()) {
            throw configNode
                    .place()
                    .error(
                            "Cannot use model %s: order_by is missing, expected the columns that tell which row of a key is newest"
                                    .formatted(name));
        }
        TestReader tests = new TestReader(name);
        List<ModelColumn> columns = columns(name, node, keys, tests);
        tests.readModel(keys.get("tests"));
        Entry entry = new Entry(
                nameNode.place(),
                name,
                text(keys, "description"),
                text(keys, "owner"),
                incremental,
                uniqueKey,
                orderBy,
                lookback(name, incremental, config.get("lookback")),
                Optional.ofNullable(config.get("delete_when")).map(column -> column.text("delete_when")),
                layout(name, config),
                columns,
                List.copyOf(tests.tests()),
                tests.places());
        known(entry, "unique_key", keyNode, uniqueKey);
        checkDeleteWhen(entry, config.get("delete_when"));
        if (orderNode != null) {
            known(entry, "order_by", orderNode, orderBy);
        }
        return entry;
    }

    private static Optional<Duration> lookback(String model, Incremental incremental, @Nullable YamlNode node) {
        if (node == null) {
            return Optional.empty();
        }
        if (incremental == Incremental.FULL) {
            throw node.place()
                    .error(
                            "Cannot use lookback of model %s: with incremental full every run reads everything, expected delta or affected_keys"
                                    .formatted(model));
        }
        return Optional.of(node.duration("lookback of model " + model, "lookback"));
    }

    private static TableLayout layout(String name, Map<String, YamlNode> config) {
        YamlNode versionNode = config.get("format_version");
        int version = versionNode == null
                ? TableLayout.DEFAULT_VERSION
                : Integer.parseInt(choice(versionNode, "format_version of model " + name, List.of("2", "3")));
        YamlNode partitionNode = config.get("partition_by");
        List<PartitionField> fields = new ArrayList<>();
        if (partitionNode != null) {
            List<YamlNode> items = partitionNode.isText() ? List.of(partitionNode) : partitionNode.list("partition_by");
            for (YamlNode item : items) {
                String text = item.text("partition_by");
                fields.add(PartitionField.parse(text)
                        .orElseThrow(() -> item.place()
                                .error(
                                        "Cannot use partition_by of model %s: expected a column, or year, month, day or hour(column), bucket(column, n) or truncate(column, n), found %s"
                                                .formatted(name, text))));
            }
        }
        return new TableLayout(version, fields);
    }

    private static void checkDeleteWhen(Entry entry, @Nullable YamlNode node) {
        if (node == null) {
            return;
        }
        String column = node.text("delete_when");
        if (entry.columns().stream().anyMatch(declared -> declared.name().equals(column))) {
            throw node.place()
                    .error(
                            "Cannot use delete_when of model %s: the column is not kept, expected one that the SELECT produces and columns does not declare, found %s"
                                    .formatted(entry.name(), column));
        }
        if (entry.incremental() == Incremental.AFFECTED_KEYS) {
            throw node.place()
                    .error(
                            "Cannot use delete_when of model %s: with affected_keys a key goes when its rows go, expected incremental delta or full"
                                    .formatted(entry.name()));
        }
    }

    private static void known(Entry entry, String option, YamlNode node, List<String> names) {
        for (String name : names) {
            ModelColumn column = entry.columns().stream()
                    .filter(candidate -> candidate.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> node.place()
                            .error(
                                    "Cannot use model %s: %s names a column that is not declared, expected one of %s, found %s"
                                            .formatted(
                                                    entry.name(),
                                                    option,
                                                    entry.columns().stream()
                                                            .map(ModelColumn::name)
                                                            .toList(),
                                                    name)));
            if (column.mask().isPresent()) {
                throw node.place()
                        .error("Cannot use model %s: a column of %s must keep its values, found a mask on %s"
                                .formatted(entry.name(), option, name));
            }
            if (column.fold() != Fold.NEWEST || !column.type().isPrimitiveType()) {
                throw node.place()
                        .error("Cannot use model %s: a column of %s must be a plain value merged as newest, found %s"
                                .formatted(entry.name(), option, name));
            }
        }
    }

    private static List<ModelColumn> columns(
            String owner, YamlNode node, Map<String, YamlNode> keys, TestReader tests) {
        List<ModelColumn> columns = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (YamlNode column : required(node, keys, owner, "columns").list("columns of " + owner)) {
            ModelColumn read = column(owner, column, tests);
            if (!names.add(read.name().toLowerCase(Locale.ROOT))) {
                throw column.place().error("Cannot use %s: column %s is there twice".formatted(owner, read.name()));
            }
            columns.add(read);
        }
        if (columns.isEmpty()) {
            throw node.place().error("Cannot use %s: it has no columns, expected at least one".formatted(owner));
        }
        return columns;
    }

    private static ModelColumn column(String owner, YamlNode node, TestReader tests) {
        String what = "column of " + owner;
        Map<String, YamlNode> keys =
                node.map(what, List.of("name", "data_type", "description", "merge", "mask", "tests"));
        String name = required(node, keys, what, "name").text("column name");
        YamlNode typeNode = required(node, keys, "column %s of %s".formatted(name, owner), "data_type");
        Type type;
        try {
            type = TypeNames.parse(typeNode.text("data_type"), FIRST_NESTED_ID);
            DuckTypes.of(type);
        } catch (IllegalArgumentException e) {
            throw typeNode.place()
                    .error("Cannot use data_type of column %s of %s: %s".formatted(name, owner, e.getMessage()));
        }
        YamlNode mergeNode = keys.get("merge");
        Fold fold = mergeNode == null
                ? Fold.NEWEST
                : Fold.valueOf(choice(
                                mergeNode,
                                "merge of column %s of %s".formatted(name, owner),
                                List.of("newest", "min", "max"))
                        .toUpperCase(Locale.ROOT));
        if (fold != Fold.NEWEST && !type.isPrimitiveType()) {
            throw node.place()
                    .error("Cannot use merge of column %s of %s: expected newest for a nested type, found %s"
                            .formatted(name, owner, fold.name().toLowerCase(Locale.ROOT)));
        }
        tests.readColumn(name, keys.get("tests"));
        Optional<Mask> mask = Optional.ofNullable(keys.get("mask"))
                .map(maskNode -> mask("column %s of %s".formatted(name, owner), maskNode, type));
        return new ModelColumn(name, type, text(keys, "description"), fold, mask);
    }

    private static Mask mask(String what, YamlNode node, Type type) {
        Mask mask = Mask.valueOf(choice(node, "mask of " + what, List.of("redact", "email_domain"))
                .toUpperCase(Locale.ROOT));
        if (!mask.fits(type)) {
            throw node.place()
                    .error("Cannot use mask of %s: expected redact for a column that is no varchar, found %s"
                            .formatted(what, node.text("mask")));
        }
        return mask;
    }

    static String choice(YamlNode node, String what, List<String> allowed) {
        String found = node.text(what);
        if (!allowed.contains(found)) {
            throw node.place()
                    .error("Cannot use %s: unknown value, expected one of %s, found %s"
                            .formatted(what, allowed, found));
        }
        return found;
    }

    private static YamlNode required(YamlNode owner, Map<String, YamlNode> keys, String what, String key) {
        YamlNode value = keys.get(key);
        if (value == null) {
            throw owner.place().error("Cannot use %s: %s is missing".formatted(what, key));
        }
        return value;
    }

    private static List<YamlNode> items(@Nullable YamlNode node, String what) {
        return node == null ? List.of() : node.list(what);
    }

    private static String text(Map<String, YamlNode> keys, String key) {
        YamlNode value = keys.get(key);
        return value == null ? "" : value.text(key);
    }
}
