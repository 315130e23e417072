package dev.sluice.embedded.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be said of the files in connect-config without the connectors. */
class ConnectorFilesTest {
    private static final Pattern FROM_ENVIRONMENT = Pattern.compile("\\$\\{env:([^}]+)}");
    private static final Set<String> JDBC_SOURCES =
            Set.of("io.confluent.connect.jdbc.JdbcSourceConnector", "io.aiven.connect.jdbc.JdbcSourceConnector");

    private static final List<String> CONNECT_OPTIONS = List.of(
            "connector.class",
            "tasks.max",
            "key.converter",
            "value.converter",
            "transforms",
            "predicates",
            "topic.creation.default.");

    static List<ConnectorFile> files() throws IOException {
        return ConnectorFile.all();
    }

    static List<ConnectorFile> jdbcSources() throws IOException {
        return files().stream()
                .filter(file -> JDBC_SOURCES.contains(file.connectorClass()))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("files")
    void a_connector_is_named_after_its_file(ConnectorFile file) {
        assertThat(file + "").isEqualTo(file.name().replaceFirst("^sluice-", "") + ".json");
    }

    @ParameterizedTest
    @MethodSource("files")
    void every_setting_is_text_as_connect_wants_it(ConnectorFile file) {
        assertThat(file.keys())
                .allSatisfy(key ->
                        assertThat(file.config().get(key).isTextual()).as(key).isTrue());
    }

    @ParameterizedTest
    @MethodSource("files")
    void users_and_passwords_come_from_the_environment(ConnectorFile file) {
        assertThat(file.keys())
                .filteredOn(key -> key.matches(".*(password|user|username)"))
                .hasSize(2)
                .allSatisfy(key -> assertThat(file.text(key)).matches(FROM_ENVIRONMENT));
    }

    @Test
    void the_readme_names_every_variable_that_a_file_reads() throws IOException {
        Set<String> variables = new TreeSet<>();
        try (var files = Files.walk(Checkout.path("connect-config"), 2)) {
            for (Path file : files.filter(path -> path.toString().matches(".*\\.(json|properties)"))
                    .toList()) {
                FROM_ENVIRONMENT
                        .matcher(Files.readString(file))
                        .results()
                        .map((MatchResult found) -> found.group(1))
                        .forEach(variables::add);
            }
        }
        assertThat(variables).isNotEmpty();
        assertThat(Files.readString(Checkout.path("connect-config/README.md"))).contains(variables);
    }

    @ParameterizedTest
    @MethodSource("jdbcSources")
    void a_polling_source_has_only_options_that_its_connector_documents(ConnectorFile file) {
        assertThat(file.keys())
                .filteredOn(key -> CONNECT_OPTIONS.stream().noneMatch(key::startsWith))
                .allMatch(JdbcSourceOptions::defines);
        assertThat(file.text("mode")).isEqualTo("timestamp+incrementing");
    }

    @ParameterizedTest
    @MethodSource("jdbcSources")
    void the_values_of_a_polling_source_are_such_as_its_connector_documents(ConnectorFile file) {
        assertThat(JdbcSourceOptions.objections(settings(file))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "mode, timestamp_incrementing",
        "poll.interval.ms, 1s",
        "batch.max.rows, 0",
        "table.types, TABLES",
        "numeric.mapping, best-fit",
        "dialect.name, Postgres",
        "db.timezone, Utrecht",
        "validate.non.null, yes",
        "connection.url, postgresql://localhost:5432/shop"
    })
    void a_value_that_the_documentation_does_not_allow_is_found(String option, String wrong) throws IOException {
        Map<String, String> settings = settings(ConnectorFile.read("source-jdbc-aiven-orders.json"));
        settings.put(option, wrong);
        assertThat(JdbcSourceOptions.objections(settings))
                .isNotEmpty()
                .allSatisfy(objection -> assertThat(objection).contains(option));
    }

    @Test
    void a_setting_that_a_polling_source_cannot_do_without_is_missed() throws IOException {
        Map<String, String> settings = settings(ConnectorFile.read("source-jdbc-aiven-orders.json"));
        settings.remove("topic.prefix");
        assertThat(JdbcSourceOptions.objections(settings))
                .singleElement()
                .asString()
                .contains("topic.prefix");
    }

    @ParameterizedTest
    @MethodSource("jdbcSources")
    void the_columns_a_polling_source_follows_are_in_its_table(ConnectorFile file) throws IOException {
        String table = Pattern.compile(
                        "CREATE TABLE " + file.text("table.whitelist") + " \\((.*?)\n\\);", Pattern.DOTALL)
                .matcher(Files.readString(Checkout.path("connect-config/sql/01-source-tables.sql")))
                .results()
                .findFirst()
                .orElseThrow()
                .group(1);
        for (String option :
                List.of("timestamp.column.name", "incrementing.column.name", "transforms.keyColumn.fields")) {
            assertThat(table).containsPattern("(?m)^ +" + file.text(option) + " ");
        }
    }

    @Test
    void the_aiven_files_are_the_confluent_files_with_another_class() throws IOException {
        for (String table : List.of("customers", "orders")) {
            assertThat(withoutClass("source-jdbc-aiven-%s.json".formatted(table)))
                    .isEqualTo(withoutClass("source-jdbc-confluent-%s.json".formatted(table)));
        }
    }

    /** The Apicurio workers are run by tests; Confluent's converter is not on Maven Central. */
    @ParameterizedTest
    @ValueSource(strings = {"standalone", "distributed"})
    void a_worker_with_confluents_converter_is_the_one_that_is_tested_with_another_converter(String kind)
            throws IOException {
        Properties confluent = worker(kind + "-confluent.properties");
        Properties apicurio = worker(kind + "-apicurio.properties");
        // For plugins that have manifests, which are put together with Apicurio's converter only.
        assertThat(apicurio.remove("plugin.discovery")).isEqualTo("service_load");

        Map<String, String> options = converters(confluent);
        converters(apicurio);

        assertThat(confluent).isEqualTo(apicurio).isNotEmpty();
        assertThat(options)
                .containsOnlyKeys(Stream.of("key", "value")
                        .flatMap(side -> Stream.of(
                                        "", ".schema.registry.url", ".auto.register.schemas", ".connect.meta.data")
                                .map(option -> side + ".converter" + option))
                        .toList());
        assertThat(options.get("value.converter")).isEqualTo("io.confluent.connect.avro.AvroConverter");
    }

    private static Properties worker(String file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Checkout.path("connect-config/worker/" + file))) {
            properties.load(reader);
        }
        return properties;
    }

    /** Takes the settings of the converters out. */
    private static Map<String, String> converters(Properties worker) {
        Map<String, String> options = new TreeMap<>();
        for (String key : worker.stringPropertyNames()) {
            if (key.matches("(key|value)\\.converter.*")) {
                options.put(key, String.valueOf(worker.remove(key)));
            }
        }
        return options;
    }

    /** As the connector sees them, with a port for what the environment says. */
    private static Map<String, String> settings(ConnectorFile file) {
        Map<String, String> settings = new TreeMap<>();
        file.keys()
                .forEach(key -> settings.put(
                        key, FROM_ENVIRONMENT.matcher(file.text(key)).replaceAll("5432")));
        return settings;
    }

    private static ObjectNode withoutClass(String file) throws IOException {
        return ConnectorFile.read(file).config().deepCopy().without("connector.class");
    }
}
