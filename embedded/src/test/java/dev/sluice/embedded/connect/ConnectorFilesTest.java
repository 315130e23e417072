package dev.sluice.embedded.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What can be said of the files in connect-config without the connectors. */
class ConnectorFilesTest {
    private static final Pattern FROM_ENVIRONMENT = Pattern.compile("\\$\\{env:([^}]+)}");
    private static final Set<String> JDBC_SOURCES =
            Set.of("io.confluent.connect.jdbc.JdbcSourceConnector", "io.aiven.connect.jdbc.JdbcSourceConnector");

    /** Options that the Confluent and the Aiven connector share, of those that make sense here. */
    private static final Set<String> JDBC_SOURCE_OPTIONS = Set.of(
            "connection.url",
            "connection.user",
            "connection.password",
            "connection.attempts",
            "connection.backoff.ms",
            "dialect.name",
            "db.timezone",
            "schema.pattern",
            "table.types",
            "table.whitelist",
            "mode",
            "timestamp.column.name",
            "incrementing.column.name",
            "validate.non.null",
            "timestamp.delay.interval.ms",
            "poll.interval.ms",
            "table.poll.interval.ms",
            "batch.max.rows",
            "numeric.mapping",
            "topic.prefix");

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
                .isSubsetOf(JDBC_SOURCE_OPTIONS)
                .contains(
                        "connection.url",
                        "mode",
                        "timestamp.column.name",
                        "incrementing.column.name",
                        "table.whitelist",
                        "topic.prefix");
        assertThat(file.text("mode")).isEqualTo("timestamp+incrementing");
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

    private static ObjectNode withoutClass(String file) throws IOException {
        return ConnectorFile.read(file).config().deepCopy().without("connector.class");
    }
}
