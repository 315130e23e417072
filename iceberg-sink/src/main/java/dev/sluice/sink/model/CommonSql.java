package dev.sluice.sink.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.types.Type;

/**
 * Keeps a model to SQL that DuckDB and Trino understand, and understand alike. It looks at DuckDB's syntax tree, not at
 * the text.
 */
final class CommonSql {
    private static final Set<String> FUNCTIONS = Set.of(
            "abs",
            "avg",
            "bool_and",
            "bool_or",
            "cardinality",
            "ceil",
            "ceiling",
            "coalesce",
            "count",
            "count_star",
            "cume_dist",
            "date_trunc",
            "day",
            "dense_rank",
            "exp",
            "extract",
            "first_value",
            "floor",
            "hour",
            "lag",
            "last_value",
            "lead",
            "length",
            "ln",
            "lower",
            "ltrim",
            "max",
            "max_by",
            "min",
            "min_by",
            "minute",
            "mod",
            "month",
            "nth_value",
            "ntile",
            "nullif",
            "percent_rank",
            "position",
            "power",
            "quarter",
            "rank",
            "replace",
            "round",
            "row_number",
            "rtrim",
            "second",
            "sign",
            "sqrt",
            "starts_with",
            "stddev",
            "stddev_pop",
            "stddev_samp",
            "strpos",
            "substr",
            "substring",
            "sum",
            "timezone",
            "trim",
            "unnest",
            "upper",
            "var_pop",
            "var_samp",
            "variance",
            "week",
            "year",
            "year_of_week",
            "day_of_week",
            "day_of_year",
            "chr",
            "cbrt",
            "pi",
            "sin",
            "cos",
            "tan",
            "asin",
            "acos",
            "atan",
            "atan2",
            "log10",
            "log2",
            "degrees",
            "radians",
            "regexp_like",
            "reverse",
            "lpad",
            "rpad",
            "to_days",
            "to_hours",
            "to_minutes",
            "to_seconds",
            "to_months",
            "to_years",
            "from_utf8",
            "to_utf8",
            "row",
            "date_part",
            "corr",
            "covar_pop",
            "covar_samp");
    private static final Set<String> OPERATORS =
            Set.of("+", "-", "*", "%", "||", "~~", "!~~", "like_escape", "not_like_escape");
    private static final Map<String, String> INSTEAD = Map.ofEntries(
            Map.entry("arg_max", "max_by"),
            Map.entry("arg_min", "min_by"),
            Map.entry("argmax", "max_by"),
            Map.entry("argmin", "min_by"),
            Map.entry("concat", "a || b, which is null when either is, in both engines"),
            Map.entry("concat_ws", "a || b with COALESCE around what may be null"),
            Map.entry("greatest", "CASE WHEN a >= b THEN a ELSE b END: the engines differ about nulls"),
            Map.entry("least", "CASE WHEN a <= b THEN a ELSE b END: the engines differ about nulls"),
            Map.entry("ifnull", "COALESCE"),
            Map.entry("list_sum", "CROSS JOIN UNNEST(...) and GROUP BY"),
            Map.entry("list_transform", "CROSS JOIN UNNEST(...)"),
            Map.entry("list_aggregate", "CROSS JOIN UNNEST(...) and GROUP BY"),
            Map.entry("len", "length"),
            Map.entry("first", "min_by(value, ordering)"),
            Map.entry("last", "max_by(value, ordering)"),
            Map.entry("datediff", "extract(... FROM (b - a))"),
            Map.entry("date_diff", "extract(... FROM (b - a)): one engine counts whole units, the other their borders"),
            Map.entry("//", "CAST(floor(CAST(a AS double) / b) AS bigint)"),
            Map.entry("~~*", "lower(a) LIKE lower(b)"),
            Map.entry("**", "power"));
    private static final Set<String> FLOATING = Set.of("DOUBLE", "REAL", "FLOAT");

    private final Model model;
    private final byte[] sql;

    CommonSql(Model model) {
        this.model = model;
        this.sql = model.written().getBytes(StandardCharsets.UTF_8);
    }

    /** Where a node of the syntax tree is in the model's file. */
    static Place place(Model model, JsonNode node) {
        byte[] sql = model.written().getBytes(StandardCharsets.UTF_8);
        long offset = node.path("query_location").asLong(-1);
        if (offset < 0 || offset >= sql.length) {
            return new Place(model.sqlFile(), 0);
        }
        int line = 1;
        for (int i = 0; i < offset; i++) {
            line += sql[i] == '\n' ? 1 : 0;
        }
        return new Place(model.sqlFile(), line);
    }

    /** Refuses the first construct that is not common. */
    void check(JsonNode parsed) {
        checkOutput(parsed.path("statements").path(0).path("node"));
        Deque<JsonNode> nodes = new ArrayDeque<>();
        nodes.push(parsed);
        while (!nodes.isEmpty()) {
            JsonNode node = nodes.pop();
            checkNode(node);
            node.forEach(nodes::push);
        }
    }

    /** Both engines must agree about the type of every column, so each is a CAST; one of a UNION decides for all. */
    private void checkOutput(JsonNode query) {
        JsonNode first = query;
        while (first.path("type").asText().equals("SET_OPERATION_NODE")) {
            first = first.hasNonNull("left")
                    ? first.path("left")
                    : first.path("children").path(0);
        }
        for (JsonNode column : first.path("select_list")) {
            if (!column.path("class").asText().equals("CAST")) {
                String name = column.path("alias").asText();
                throw refuse(
                        column,
                        "output column %s without CAST".formatted(name.isEmpty() ? shown(column) : name),
                        "CAST(... AS type) AS name, so that its type is the same everywhere");
            }
            if (column.path("alias").asText().isEmpty()) {
                throw refuse(column, "output column without a name", "CAST(... AS type) AS name");
            }
        }
    }

    private static String shown(JsonNode column) {
        JsonNode names = column.path("column_names");
        return names.isEmpty()
                ? column.path("type").asText().toLowerCase(Locale.ROOT)
                : names.path(names.size() - 1).asText();
    }

    private void checkNode(JsonNode node) {
        switch (node.path("class").asText()) {
            case "LAMBDA" -> throw refuse(node, "a lambda", "CROSS JOIN UNNEST(...)");
            case "CAST" -> checkCast(node);
            case "FUNCTION", "WINDOW" -> checkFunction(node);
            case "STAR" -> checkStar(node);
            case "OPERATOR" -> {
                if (node.path("type").asText().equals("ARRAY_EXTRACT")) {
                    throw refuse(node, "a subscript", "CROSS JOIN UNNEST(...): the engines differ beyond the end");
                }
            }
            default -> checkQuery(node);
        }
    }

    private void checkQuery(JsonNode node) {
        if (node.hasNonNull("qualify")) {
            throw refuse(node.path("qualify"), "QUALIFY", "row_number() in a subquery and WHERE outside of it");
        }
        if (node.path("aggregate_handling").asText().equals("FORCE_AGGREGATES")) {
            throw refuse(node, "GROUP BY ALL", "the columns by name");
        }
        if (node.path("type").asText().equals("DISTINCT_MODIFIER")
                && !node.path("distinct_on_targets").isEmpty()) {
            throw refuse(
                    node.path("distinct_on_targets").path(0),
                    "DISTINCT ON",
                    "row_number() in a subquery and WHERE outside of it");
        }
        if (node.path("type").asText().equals("JOIN")) {
            String kind = node.path("ref_type").asText();
            String join = node.path("join_type").asText();
            if (kind.equals("ASOF") || kind.equals("POSITIONAL") || join.equals("SEMI") || join.equals("ANTI")) {
                throw refuse(
                        node, kind.equals("REGULAR") ? join + " JOIN" : kind + " JOIN", "a plain join, IN or EXISTS");
            }
        }
        if (node.hasNonNull("sample")) {
            throw refuse(node, "a sample", "all rows: a model must give the same twice");
        }
    }

    private void checkStar(JsonNode node) {
        if (!node.path("exclude_list").isEmpty()
                || !node.path("replace_list").isEmpty()
                || !node.path("rename_list").isEmpty()
                || node.path("columns").asBoolean()) {
            throw refuse(node, "* with EXCLUDE, REPLACE or COLUMNS", "the columns by name");
        }
    }

    private void checkCast(JsonNode node) {
        int offset = (int) node.path("query_location").asLong(-1);
        if (offset >= 0 && offset + 1 < sql.length && sql[offset] == ':' && sql[offset + 1] == ':') {
            throw refuse(node, "::", "CAST(... AS type)");
        }
    }

    private void checkFunction(JsonNode node) {
        String name = node.path("function_name").asText().toLowerCase(Locale.ROOT);
        if (name.equals("/")) {
            for (JsonNode argument : node.path("arguments")) {
                if (isFloating(argument.path("expression"))) {
                    return;
                }
            }
            throw refuse(
                    node,
                    "/ on what may be integers or decimals",
                    "CAST(a AS double) / b: Trino cuts integers off and rounds decimals, DuckDB does neither");
        }
        boolean common = node.path("is_operator").asBoolean() ? OPERATORS.contains(name) : FUNCTIONS.contains(name);
        if (!common && node.path("query_location").asLong(-1) >= 0) {
            throw refuse(
                    node,
                    (node.path("is_operator").asBoolean() ? "operator " : "function ") + name,
                    INSTEAD.getOrDefault(name, "one that is in both engines and means the same"));
        }
    }

    private boolean isFloating(JsonNode expression) {
        if (expression.path("class").asText().equals("CAST")) {
            return FLOATING.contains(
                    expression.path("type_expr").path("type_name").asText().toUpperCase(Locale.ROOT));
        }
        if (expression.path("class").asText().equals("COLUMN_REF")) {
            JsonNode names = expression.path("column_names");
            String name = names.path(names.size() - 1).asText();
            return model.refs().stream()
                    .flatMap(ref -> ref.columns().stream())
                    .filter(column -> column.name().equalsIgnoreCase(name))
                    .map(column -> column.type().typeId())
                    .reduce((one, other) -> one == other ? one : Type.TypeID.STRING)
                    .filter(type -> type == Type.TypeID.DOUBLE || type == Type.TypeID.FLOAT)
                    .isPresent();
        }
        return expression.path("class").asText().equals("FUNCTION")
                && Set.of("sqrt", "ln", "exp", "power")
                        .contains(expression.path("function_name").asText());
    }

    private RuntimeException refuse(JsonNode node, String found, String instead) {
        return place(model, node)
                .error("Cannot compile model %s: DuckDB and Trino do not read this alike, expected %s, found %s"
                        .formatted(model.name(), instead, found));
    }
}
