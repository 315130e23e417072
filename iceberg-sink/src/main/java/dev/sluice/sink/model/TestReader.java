package dev.sluice.sink.model;

import dev.sluice.sink.duck.SqlText;
import dev.sluice.sink.quality.Check;
import dev.sluice.sink.quality.QualityTest;
import dev.sluice.sink.quality.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the {@code tests} of a model and of its columns. */
final class TestReader {
    private static final List<String> COLUMN_TESTS = List.of(
            "not_null", "unique", "accepted_values", "relationships", "freshness", "distribution", "expression");
    private static final List<String> MODEL_TESTS =
            List.of("unique", "freshness", "row_count", "distribution", "expression");
    private static final Pattern REF = Pattern.compile("ref\\(\\s*['\"]([A-Za-z_]\\w*\\.[A-Za-z_]\\w*)['\"]\\s*\\)");
    private static final int TRAILING_RUNS = 30;
    private static final int FEWEST_RUNS = 5;

    private final String model;
    private final Map<String, QualityTest> tests = new LinkedHashMap<>();
    private final Map<String, Place> places = new LinkedHashMap<>();

    TestReader(String model) {
        this.model = model;
    }

    /** Everything read so far, in order. */
    Collection<QualityTest> tests() {
        return tests.values();
    }

    /** Where each test was read. */
    Map<String, Place> places() {
        return places;
    }

    void readColumn(String column, @Nullable YamlNode list) {
        read(list, "test of column %s.%s".formatted(model, column), COLUMN_TESTS, column);
    }

    void readModel(@Nullable YamlNode list) {
        read(list, "test of model " + model, MODEL_TESTS, null);
    }

    private void read(@Nullable YamlNode list, String what, List<String> allowed, @Nullable String column) {
        if (list == null) {
            return;
        }
        for (YamlNode node : list.list("tests")) {
            if (node.isText()) {
                add(node.place(), one(SchemaFile.choice(node, what, allowed), node, Map.of(), column));
                continue;
            }
            Map<String, YamlNode> entries = node.map(what, allowed);
            if (entries.size() != 1) {
                throw node.place()
                        .error("Cannot read %s: expected one name, found %s".formatted(what, entries.keySet()));
            }
            Map.Entry<String, YamlNode> entry = entries.entrySet().iterator().next();
            add(node.place(), one(entry.getKey(), node, entry.getValue().entries(what), column));
        }
    }

    private void add(Place place, QualityTest test) {
        if (tests.put(test.name(), test) != null) {
            throw place.error("Cannot use test %s of %s: it is there twice, expected a name of its own for each"
                    .formatted(test.name(), model));
        }
        places.put(test.name(), place);
    }

    private QualityTest one(String kind, YamlNode node, Map<String, YamlNode> given, @Nullable String column) {
        Arguments arguments = new Arguments("test %s of %s".formatted(kind, model), node, given);
        String about = column != null || !given.containsKey("column") ? column : arguments.text("column");
        Check check = switch (kind) {
            case "not_null" -> new Check.Row(SqlText.name(required(about, arguments)) + " IS NOT NULL");
            case "accepted_values" ->
                new Check.Row("CAST(%s AS VARCHAR) IN (%s)"
                        .formatted(
                                SqlText.name(required(about, arguments)),
                                SqlText.list(arguments.texts("values"), SqlText::literal)));
            case "expression" -> new Check.Row(arguments.text("condition"));
            case "unique" -> new Check.Unique(about == null ? arguments.texts("columns") : List.of(about));
            case "relationships" ->
                new Check.Relationship(required(about, arguments), arguments.ref("to"), arguments.text("field"));
            case "freshness" -> new Check.Freshness(required(about, arguments), arguments.age("max_age"));
            case "row_count" ->
                new Check.RowCount(
                        arguments.whole("min"),
                        arguments.whole("max"),
                        arguments.decimal("max_drop"),
                        arguments.decimal("max_growth"),
                        (int) arguments.whole("runs").orElse(TRAILING_RUNS));
            case "distribution" ->
                new Check.Distribution(
                        required(about, arguments),
                        arguments.measure(),
                        arguments.decimal("max_deviation").orElse(4),
                        (int) arguments.whole("runs").orElse(TRAILING_RUNS),
                        (int) arguments.whole("min_runs").orElse(FEWEST_RUNS));
            default -> throw new IllegalArgumentException(kind);
        };
        String name = given.containsKey("name")
                ? arguments.text("name")
                : kind + "(" + (about == null ? shown(check) : about) + ")";
        QualityTest test = new QualityTest(name, arguments.severity(), check);
        arguments.refuseOthers();
        return test;
    }

    private static String shown(Check check) {
        if (check instanceof Check.Unique unique) {
            return String.join(", ", unique.columns());
        }
        return check instanceof Check.Row row ? row.condition() : "";
    }

    private static String required(@Nullable String column, Arguments arguments) {
        return column == null ? arguments.text("column") : column;
    }

    /** The arguments of one test; every one must be asked for. */
    private static final class Arguments {
        private final String what;
        private final YamlNode node;
        private final Map<String, YamlNode> given;
        private final List<String> asked = new ArrayList<>(List.of("name", "column"));

        Arguments(String what, YamlNode node, Map<String, YamlNode> given) {
            this.what = what;
            this.node = node;
            this.given = given;
        }

        private @Nullable YamlNode find(String key) {
            asked.add(key);
            return given.get(key);
        }

        private YamlNode get(String key) {
            YamlNode value = find(key);
            if (value == null) {
                throw node.place().error("Cannot use %s: %s is missing".formatted(what, key));
            }
            return value;
        }

        String text(String key) {
            return get(key).text(key);
        }

        List<String> texts(String key) {
            List<String> texts = get(key).texts(key);
            if (texts.isEmpty()) {
                throw get(key).place().error("Cannot use %s: %s is empty".formatted(what, key));
            }
            return texts;
        }

        String ref(String key) {
            YamlNode value = get(key);
            Matcher ref = REF.matcher(value.text(key));
            if (!ref.matches()) {
                throw value.place()
                        .error("Cannot use %s: expected %s: ref('layer.name'), found %s"
                                .formatted(what, key, value.text(key)));
            }
            return ref.group(1);
        }

        Duration age(String key) {
            return get(key).duration(what, key);
        }

        OptionalLong whole(String key) {
            OptionalDouble value = decimal(key);
            return value.isEmpty() ? OptionalLong.empty() : OptionalLong.of((long) value.getAsDouble());
        }

        OptionalDouble decimal(String key) {
            YamlNode value = find(key);
            if (value == null) {
                return OptionalDouble.empty();
            }
            try {
                return OptionalDouble.of(Double.parseDouble(value.text(key)));
            } catch (NumberFormatException e) {
                throw value.place()
                        .error("Cannot use %s: expected a number as %s, found %s"
                                .formatted(what, key, value.text(key)));
            }
        }

        Check.Measure measure() {
            YamlNode value = find("measure");
            return value == null
                    ? Check.Measure.MEAN
                    : Check.Measure.valueOf(
                            SchemaFile.choice(value, "measure of " + what, List.of("mean", "null_fraction", "rows"))
                                    .toUpperCase(Locale.ROOT));
        }

        Severity severity() {
            YamlNode value = find("severity");
            return value == null
                    ? Severity.ERROR
                    : Severity.valueOf(SchemaFile.choice(value, "severity of " + what, List.of("warn", "error"))
                            .toUpperCase(Locale.ROOT));
        }

        void refuseOthers() {
            given.forEach((key, value) -> {
                if (!asked.contains(key)) {
                    throw value.place()
                            .error("Cannot read %s: unknown key, expected one of %s, found %s"
                                    .formatted(what, asked, key));
                }
            });
        }
    }
}
