package dev.sluice.sink.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.DuckDbSettings;
import dev.sluice.sink.duck.DuckTypes;
import dev.sluice.sink.duck.SqlText;
import dev.sluice.sink.quality.AuditScope;
import dev.sluice.sink.quality.Check;
import dev.sluice.sink.quality.QualityTest;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks every model against empty tables with the declared columns of what it reads. */
final class ModelCompiler {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern LINE = Pattern.compile("LINE (\\d+):");
    private static final Set<String> TABLE_FUNCTIONS = Set.of("unnest", "range", "generate_series");

    private final ModelSet set;
    private final Map<String, SchemaFile.Entry> entries;

    ModelCompiler(ModelSet set, Map<String, SchemaFile.Entry> entries) {
        this.set = set;
        this.entries = entries;
    }

    void compile() {
        Path spill = Path.of(System.getProperty("java.io.tmpdir"), "sluice-compile");
        try (DuckDb db = DuckDb.open(new DuckDbSettings("256MB", 1, spill))) {
            db.confineTo(List.of());
            Set<String> schemas = new HashSet<>();
            for (Source source : set.sources()) {
                declare(db, schemas, source.name(), source.columns());
            }
            for (Model model : set.models()) {
                checkStatement(db, model);
                checkColumns(db, model);
                declare(db, schemas, model.name(), model.columns());
            }
            for (Model model : set.models()) {
                checkTests(db, model);
            }
        } catch (SQLException e) {
            throw new SluiceException(ErrorCode.BUG, "Cannot compile models: " + e.getMessage(), e);
        }
    }

    private static void declare(DuckDb db, Set<String> schemas, String name, List<ModelColumn> columns)
            throws SQLException {
        String schema = name.substring(0, name.indexOf('.'));
        if (schemas.add(schema)) {
            db.execute("CREATE SCHEMA " + SqlText.name(schema));
            db.execute("CREATE SCHEMA " + SqlText.name("audited " + schema));
        }
        db.execute("CREATE TABLE %s (%s)"
                .formatted(
                        SqlText.path(name),
                        SqlText.list(
                                columns, column -> SqlText.name(column.name()) + " " + DuckTypes.of(column.type()))));
        db.execute("CREATE VIEW %s AS FROM %s".formatted(AuditScope.whole(name), SqlText.path(name)));
    }

    private void checkTests(DuckDb db, Model model) {
        for (QualityTest test : model.tests()) {
            try {
                db.rows("DESCRIBE " + probe(model, test.check()), row -> row.getString(1));
            } catch (SQLException e) {
                String message = String.valueOf(e.getMessage());
                throw Objects.requireNonNull(entries.get(model.name()))
                        .testPlaces()
                        .getOrDefault(test.name(), new Place(model.sqlFile(), 0))
                        .error("Cannot compile test %s of %s: %s"
                                .formatted(
                                        test.name(),
                                        model.name(),
                                        message.lines().findFirst().orElse(message)));
            }
        }
    }

    private static String probe(Model model, Check check) {
        String table = SqlText.path(model.name());
        if (check instanceof Check.Row row) {
            return "SELECT 1 FROM %s WHERE (%s) IS FALSE".formatted(table, row.condition());
        } else if (check instanceof Check.Unique unique) {
            return "SELECT %s FROM %s".formatted(SqlText.list(unique.columns(), SqlText::name), table);
        } else if (check instanceof Check.Relationship to) {
            return "SELECT 1 FROM %s a JOIN %s b ON a.%s = b.%s"
                    .formatted(table, SqlText.path(to.table()), SqlText.name(to.column()), SqlText.name(to.field()));
        } else if (check instanceof Check.Freshness freshness) {
            return "SELECT CAST(%s AS TIMESTAMP WITH TIME ZONE) FROM %s"
                    .formatted(SqlText.name(freshness.column()), table);
        } else if (check instanceof Check.Distribution distribution) {
            String column = SqlText.name(distribution.column());
            return "SELECT %s FROM %s"
                    .formatted(
                            distribution.measure() == Check.Measure.MEAN ? "CAST(" + column + " AS DOUBLE)" : column,
                            table);
        } else if (check instanceof Check.Query query) {
            return query.sql();
        }
        return "SELECT 1";
    }

    private static void checkStatement(DuckDb db, Model model) throws SQLException {
        String json = db.rows(
                        "SELECT json_serialize_sql(%s)".formatted(SqlText.literal(model.written())),
                        row -> row.getString(1))
                .get(0);
        JsonNode parsed;
        try {
            parsed = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new SluiceException(ErrorCode.BUG, "Cannot read DuckDB's syntax tree: " + e.getMessage(), e);
        }
        if (parsed.path("error").asBoolean()) {
            int offset = parsed.path("position").asInt(0);
            String before = model.written()
                    .substring(0, Math.min(offset, model.written().length()));
            int line =
                    offset > 0 ? 1 + (int) before.chars().filter(c -> c == '\n').count() : 0;
            throw new Place(model.sqlFile(), line)
                    .error("Cannot compile model %s: %s"
                            .formatted(
                                    model.name(), parsed.path("error_message").asText()));
        }
        if (parsed.path("statements").size() != 1) {
            throw new Place(model.sqlFile(), 0)
                    .error("Cannot compile model %s: expected one SELECT, found %d statements"
                            .formatted(model.name(), parsed.path("statements").size()));
        }
        Set<String> ctes = new HashSet<>();
        for (JsonNode map : parsed.findValues("cte_map")) {
            map.path("map").forEach(cte -> ctes.add(cte.path("key").asText()));
        }
        checkReads(model, parsed, ctes);
        new CommonSql(model).check(parsed);
    }

    /** A model reads its refs and nothing else: no file, no other table, no function that opens one. */
    private static void checkReads(Model model, JsonNode node, Set<String> ctes) {
        String type = node.path("type").asText();
        if (type.equals("BASE_TABLE")) {
            String schema = node.path("schema_name").asText();
            String table = node.path("table_name").asText();
            boolean cte = schema.isEmpty() && ctes.contains(table);
            if (!cte && !refs(model).contains(schema + "." + table)) {
                throw at(model, node)
                        .error(
                                "Cannot compile model %s: it reads a table without ref, expected {{ ref('layer.name') }}, found %s"
                                        .formatted(model.name(), schema.isEmpty() ? table : schema + "." + table));
            }
        }
        if (type.equals("TABLE_FUNCTION")) {
            String function = node.path("function").path("function_name").asText();
            if (!TABLE_FUNCTIONS.contains(function)) {
                throw at(model, node)
                        .error("Cannot compile model %s: table function not allowed, expected one of %s, found %s"
                                .formatted(model.name(), TABLE_FUNCTIONS, function));
            }
        }
        node.forEach(child -> checkReads(model, child, ctes));
    }

    private static List<String> refs(Model model) {
        return model.refs().stream().map(Ref::name).toList();
    }

    private static Place at(Model model, JsonNode node) {
        return CommonSql.place(model, node);
    }

    private static void checkColumns(DuckDb db, Model model) throws SQLException {
        Map<String, String> produced = new LinkedHashMap<>();
        try {
            db.rows("DESCRIBE " + model.written(), row -> {
                if (produced.put(row.getString(1), row.getString(2)) != null) {
                    throw new Place(model.sqlFile(), 0)
                            .error("Cannot compile model %s: it produces column %s twice"
                                    .formatted(model.name(), row.getString(1)));
                }
                return produced;
            });
        } catch (SQLException e) {
            String message = String.valueOf(e.getMessage());
            Matcher line = LINE.matcher(message);
            throw new Place(model.sqlFile(), line.find() ? Integer.parseInt(line.group(1)) : 0)
                    .error("Cannot compile model %s: %s"
                            .formatted(model.name(), message.lines().findFirst().orElse(message)));
        }
        for (ModelColumn column : model.columns()) {
            String expected = DuckTypes.of(column.type());
            String found = produced.remove(column.name());
            if (found == null) {
                throw new Place(model.sqlFile(), 0)
                        .error("Cannot compile model %s: declared column %s is not produced, expected it in the SELECT"
                                .formatted(model.name(), column.name()));
            }
            if (!found.replace("\"", "").equals(expected.replace("\"", ""))) {
                throw new Place(model.sqlFile(), 0)
                        .error(
                                "Cannot compile model %s: column %s has another type than declared, expected %s, found %s; CAST it"
                                        .formatted(model.name(), column.name(), expected, found));
            }
        }
        model.deleteWhen().ifPresent(column -> checkDeleteWhen(model, column, produced.remove(column)));
        if (!produced.isEmpty()) {
            throw new Place(model.sqlFile(), 0)
                    .error("Cannot compile model %s: it produces columns that are not declared, found %s"
                            .formatted(model.name(), produced.keySet()));
        }
    }

    private static void checkDeleteWhen(Model model, String column, @Nullable String found) {
        if (!"BOOLEAN".equals(found)) {
            throw new Place(model.sqlFile(), 0)
                    .error("Cannot compile model %s: delete_when %s must be produced, expected BOOLEAN, found %s"
                            .formatted(model.name(), column, found == null ? "no such column" : found));
        }
    }
}
