package dev.sluice.sink.model;

import dev.sluice.error.SluiceException;
import dev.sluice.sink.duck.Column;
import dev.sluice.sink.duck.SqlText;
import dev.sluice.sink.merge.MergeColumn;
import dev.sluice.sink.merge.MergeSpec;
import dev.sluice.sink.merge.Tie;
import dev.sluice.sink.quality.AuditScope;
import dev.sluice.sink.quality.Check;
import dev.sluice.sink.quality.QualityTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.iceberg.exceptions.ValidationException;

/** Reads a folder of models and puts them in order. */
final class ModelLoader {
    private final Path folder;
    private final Map<String, SchemaFile.Entry> entries = new LinkedHashMap<>();
    private final Map<String, Source> sources = new LinkedHashMap<>();
    private final Map<String, SqlTemplate> templates = new LinkedHashMap<>();
    private final Map<String, List<QualityTest>> queryTests = new LinkedHashMap<>();

    ModelLoader(Path folder) {
        this.folder = folder;
    }

    ModelSet load() {
        if (!Files.isDirectory(folder)) {
            throw new Place(folder, 0).error("Cannot load models: there is no such folder");
        }
        files("schema.yml").forEach(this::declare);
        files(".sql").stream().filter(file -> !isTest(file)).forEach(this::template);
        entries.forEach((name, entry) -> {
            if (!templates.containsKey(name)) {
                throw entry.place()
                        .error("Cannot load model %s: its SQL is missing, expected file %s"
                                .formatted(name, sqlFile(name)));
            }
        });
        templates.values().forEach(this::checkRefs);
        List<String> order = order();
        files(".sql").stream().filter(ModelLoader::isTest).forEach(file -> queryTest(file, order));
        List<Model> models = order.stream().map(this::model).toList();
        ModelSet set = new ModelSet(models, List.copyOf(sources.values()));
        new ModelCompiler(set, entries).compile();
        return set;
    }

    private List<Path> files(String ending) {
        try (Stream<Path> walk = Files.walk(folder, 2)) {
            return walk.filter(path -> path.getNameCount() == folder.getNameCount() + 2
                            && path.toString().endsWith(ending))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void declare(Path file) {
        SchemaFile schema = SchemaFile.read(file);
        for (SchemaFile.Entry entry : schema.models()) {
            if (entries.put(entry.name(), entry) != null) {
                throw entry.place().error("Cannot load model %s: it is declared twice".formatted(entry.name()));
            }
        }
        for (Source source : schema.sources()) {
            if (sources.put(source.name(), source) != null) {
                throw new Place(file, 0).error("Cannot load source %s: it is declared twice".formatted(source.name()));
            }
        }
    }

    private void template(Path file) {
        String fileName = String.valueOf(file.getFileName());
        String name = "%s.%s"
                .formatted(
                        file.getName(file.getNameCount() - 2),
                        fileName.substring(0, fileName.length() - ".sql".length()));
        if (!entries.containsKey(name)) {
            throw new Place(file, 0)
                    .error("Cannot load model %s: it is not declared, expected an entry in %s"
                            .formatted(name, file.resolveSibling("schema.yml")));
        }
        templates.put(name, SqlTemplate.read(file));
    }

    private static boolean isTest(Path file) {
        return String.valueOf(file.getName(file.getNameCount() - 2)).equals("tests");
    }

    /**
     * A query whose rows are failures. It gates the last model that it reads: before that runs, it has nothing to say.
     */
    private void queryTest(Path file, List<String> order) {
        SqlTemplate template = SqlTemplate.read(file, AuditScope::whole);
        checkRefs(template);
        String gated = order.stream()
                .filter(template.refNames()::contains)
                .reduce((first, second) -> second)
                .orElseThrow(() -> new Place(file, 0)
                        .error("Cannot use the test: it reads no model, expected a ref to one of %s".formatted(order)));
        String fileName = String.valueOf(file.getFileName());
        String name = fileName.substring(0, fileName.length() - ".sql".length());
        QualityTest test = new QualityTest(
                name, template.severity(), new Check.Query(template.sql(), template.refNames(), template.onRequest()));
        Objects.requireNonNull(entries.get(gated)).testPlaces().put(name, new Place(file, 0));
        queryTests.computeIfAbsent(gated, none -> new ArrayList<>()).add(test);
    }

    private Path sqlFile(String name) {
        int dot = name.indexOf('.');
        return folder.resolve(name.substring(0, dot)).resolve(name.substring(dot + 1) + ".sql");
    }

    private void checkRefs(SqlTemplate template) {
        for (String ref : template.refNames()) {
            if (!entries.containsKey(ref) && !sources.containsKey(ref)) {
                throw template.place(ref)
                        .error("Cannot find ref: expected one of %s or of the sources %s, found %s"
                                .formatted(entries.keySet(), sources.keySet(), ref));
            }
        }
    }

    private List<String> order() {
        Set<String> done = new LinkedHashSet<>();
        for (String name : entries.keySet()) {
            visit(name, new ArrayList<>(), done);
        }
        return List.copyOf(done);
    }

    private void visit(String name, List<String> path, Set<String> done) {
        SqlTemplate template = templates.get(name);
        if (template == null || done.contains(name)) {
            return;
        }
        if (path.contains(name)) {
            List<String> cycle = new ArrayList<>(path.subList(path.indexOf(name), path.size()));
            cycle.add(name);
            throw cannotOrder(template, cycle);
        }
        path.add(name);
        template.refNames().forEach(ref -> visit(ref, path, done));
        // The gate of a table compares with what the same round makes of the other one.
        relationships(name).forEach(test -> visit(relationship(test).table(), path, done));
        path.remove(path.size() - 1);
        done.add(name);
    }

    private SluiceException cannotOrder(SqlTemplate template, List<String> cycle) {
        String found = String.join(" -> ", cycle);
        for (int i = 1; i < cycle.size(); i++) {
            String name = cycle.get(i - 1);
            String next = cycle.get(i);
            if (!Objects.requireNonNull(templates.get(name)).refNames().contains(next)) {
                QualityTest test = relationships(name).stream()
                        .filter(one -> relationship(one).table().equals(next))
                        .findFirst()
                        .orElseThrow();
                return Objects.requireNonNull(Objects.requireNonNull(entries.get(name))
                                .testPlaces()
                                .get(test.name()))
                        .error(
                                "Cannot use test %s of %s: each of two tables would have to be there before the other, expected a query in models/tests, which is looked at before the last of the tables that it reads, found %s"
                                        .formatted(test.name(), name, found));
            }
        }
        return new Place(template.file(), 0)
                .error("Cannot order the models: their refs form a cycle, found %s".formatted(found));
    }

    /** The tests that compare a model with another table. */
    private List<QualityTest> relationships(String model) {
        return Objects.requireNonNull(entries.get(model)).tests().stream()
                .filter(test -> test.check() instanceof Check.Relationship to
                        && !to.table().equals(model))
                .toList();
    }

    private static Check.Relationship relationship(QualityTest test) {
        return (Check.Relationship) test.check();
    }

    private Model model(String name) {
        SchemaFile.Entry entry = Objects.requireNonNull(entries.get(name));
        SqlTemplate template = Objects.requireNonNull(templates.get(name));
        String driver = template.refNames().get(0);
        List<QualityTest> tests = Stream.concat(
                        entry.tests().stream(), queryTests.getOrDefault(name, List.of()).stream())
                .toList();
        MergeSpec spec = new MergeSpec(
                entry.columns().stream()
                        .map(column -> new MergeColumn(column.name(), column.type(), column.fold()))
                        .toList(),
                entry.uniqueKey(),
                entry.orderBy(),
                tie(entry, driver));
        if (entry.incremental() == Incremental.AFFECTED_KEYS) {
            checkAffectedKeys(entry, driver);
        }
        checkLayout(entry);
        return new Model(
                name,
                entry.description(),
                entry.owner(),
                template.file(),
                template.sql(),
                masked(entry, template.sql()),
                template.refNames().stream().map(this::ref).toList(),
                entry.incremental(),
                entry.lookback(),
                entry.columns(),
                entry.deleteWhen(),
                entry.layout(),
                spec,
                tests,
                testRefs(entry, tests));
    }

    /** The SELECT with every masked column reduced, before anything can see it. */
    private static String masked(SchemaFile.Entry entry, String sql) {
        if (entry.columns().stream().allMatch(column -> column.mask().isEmpty())) {
            return sql;
        }
        String columns = SqlText.list(
                entry.columns(),
                column -> column.mask()
                        .map(mask -> "%s AS %s"
                                .formatted(mask.sql(column.name(), column.type()), SqlText.name(column.name())))
                        .orElse(SqlText.name(column.name())));
        String flag =
                entry.deleteWhen().map(column -> ", " + SqlText.name(column)).orElse("");
        // The last line of the SELECT may be a comment.
        return "SELECT %s%s FROM (\n%s\n) AS unmasked".formatted(columns, flag, sql);
    }

    private List<Ref> testRefs(SchemaFile.Entry entry, List<QualityTest> tests) {
        Set<String> tables = new LinkedHashSet<>();
        for (QualityTest test : tests) {
            if (test.check() instanceof Check.Relationship relationship) {
                String to = relationship.table();
                if (!entries.containsKey(to) && !sources.containsKey(to)) {
                    throw Objects.requireNonNull(entry.testPlaces().get(test.name()))
                            .error("Cannot find ref: expected one of %s or of the sources %s, found %s"
                                    .formatted(entries.keySet(), sources.keySet(), to));
                }
                tables.add(to);
            } else if (test.check() instanceof Check.Query query) {
                tables.addAll(query.tables());
            }
        }
        tables.remove(entry.name());
        return tables.stream().map(this::ref).toList();
    }

    /** A table with the same key has one current row per key: that row is the truth, whatever its ordering. */
    private Tie tie(SchemaFile.Entry entry, String driver) {
        SchemaFile.Entry upstream = entries.get(driver);
        boolean sameKey = upstream != null && Set.copyOf(upstream.uniqueKey()).equals(Set.copyOf(entry.uniqueKey()));
        // A row that is looked at again was made from what the other refs hold now.
        boolean again = entry.lookback().isPresent();
        if (entry.incremental() == Incremental.AFFECTED_KEYS || (sameKey && !again)) {
            return Tie.INCOMING_EVEN_OLDER;
        }
        return sameKey || again ? Tie.INCOMING : Tie.GREATER_CONTENT;
    }

    /** Fails with the place when the partitioning does not fit the columns. */
    private static void checkLayout(SchemaFile.Entry entry) {
        try {
            ModelTables.partitioning(entry.columns(), entry.uniqueKey(), entry.layout());
        } catch (ValidationException | IllegalArgumentException e) {
            throw entry.place()
                    .error("Cannot use partition_by of model %s: %s".formatted(entry.name(), e.getMessage()));
        }
    }

    private void checkAffectedKeys(SchemaFile.Entry entry, String driver) {
        List<Column> columns = ref(driver).columns();
        for (String key : entry.uniqueKey()) {
            Column own = entry.columns().stream()
                    .filter(column -> column.name().equals(key))
                    .map(column -> new Column(column.name(), column.type()))
                    .findFirst()
                    .orElseThrow();
            if (!columns.contains(own)) {
                throw entry.place()
                        .error(
                                "Cannot use model %s: with affected_keys every column of unique_key must be in %s with the same type, expected %s %s"
                                        .formatted(entry.name(), driver, own.name(), own.type()));
            }
        }
    }

    private Ref ref(String name) {
        SchemaFile.Entry entry = entries.get(name);
        if (entry != null) {
            return new Ref(name, plain(entry.columns()), entry.uniqueKey());
        }
        return new Ref(name, plain(Objects.requireNonNull(sources.get(name)).columns()), List.of());
    }

    private static List<Column> plain(List<ModelColumn> columns) {
        return columns.stream()
                .map(column -> new Column(column.name(), column.type()))
                .toList();
    }
}
