package dev.sluice.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where secrets come from, and that what is shown of a configuration does not have them. */
class SecretsTest {
    private static final String SECRET = "hunter2-hunter2-hunter2";
    private static final String SOURCES = """
            sources:
              - name: orders
            """;

    @TempDir
    Path folder;

    @Test
    void a_secret_may_stand_in_a_file_beside_the_configuration_or_anywhere() throws IOException {
        Files.writeString(folder.resolve("kafka-password"), SECRET + "\n");
        Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "two\nlines\n\n");
        Path yaml = Files.writeString(folder.resolve("sluice.yaml"), """
                kafka:
                  bootstrap.servers: a:1
                  sasl.jaas.config: Module required username="u" password="${file:kafka-password}";
                  note: ${file:%s}
                """.formatted(elsewhere) + SOURCES);

        Map<String, String> kafka = ConfigFile.load(yaml, Map.of()).kafka();

        assertThat(kafka)
                .containsEntry("sasl.jaas.config", "Module required username=\"u\" password=\"" + SECRET + "\";")
                .containsEntry("note", "two\nlines\n");
    }

    @Test
    void a_file_that_is_missing_or_empty_is_an_error_that_names_file_line_and_key() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty"));

        for (Path file : new Path[] {folder.resolve("none"), empty, folder}) {
            assertThatExceptionOfType(SluiceException.class)
                    .isThrownBy(() -> parse("kafka:\n  ssl.key.password: ${file:" + file + "}\n" + SOURCES))
                    .withMessageContaining("t.yaml:2: key kafka.ssl.key.password: the file " + file)
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_INVALID));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "credential: client:%s",
                "token: %s",
                "rest.auth.basic.password: %s",
                "header.Authorization: Bearer %s",
                "header.X-Api: %s",
                "jdbc.password: %s",
                "s3.secret-access-key: %s",
                "uri: https://sluice:%s@catalog:8181",
                "uri: https://sluice:p@%s@catalog:8181/path",
                "uri: jdbc:postgresql://db/catalog?user=sluice&password=%s&ssl=true",
                "uri: jdbc:postgresql://db/catalog?sslpassword=%s"
            })
    void no_property_of_a_catalog_shows_its_secret(String property) {
        SluiceConfig config = parse("""
                kafka: {bootstrap.servers: "a:1"}
                catalog:
                  properties:
                    warehouse: s3://here
                    %s
                """.formatted(property.formatted(SECRET)) + SOURCES);

        assertThat(config.describe()).doesNotContain("hunter2").contains(Secrets.MASK, "s3://here");
        assertThat(config.catalog().toString()).doesNotContain("hunter2");
    }

    @Test
    void an_address_of_the_registry_is_shown_without_its_user() {
        SluiceConfig config = parse("""
                kafka: {bootstrap.servers: "a:1"}
                registry: {schema.registry.url: "https://sluice:%s@one:8081,https://sluice:%s@two"}
                """.formatted(SECRET, SECRET) + SOURCES);

        assertThat(config.describe())
                .doesNotContain("hunter2")
                .contains("https://" + Secrets.MASK + "@one:8081,https://" + Secrets.MASK + "@two");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kafka: {bootstrap.servers: 'a:1', sasl.password:%s}",
                "kafka:\n  sasl.jaas.config: '%s",
                "kafka:\n  sasl.jaas.config: \"%s\\q\"",
                "kafka:\n  password: !%s!tag x",
                "kafka:\n  password: @%s",
                "kafka:\n  password: {%s",
                "kafka:\n  password: a: %s",
                "kafka:\n  password:%s\n  other: x",
                "kafka:\n  password: [%s]",
                "kafka:\n  password: *%s",
                "kafka:\n  password: x\n  pasword2: %s\nkafkaa: y",
                "registry: {url:%s}",
                "http: {port: 1, pasword: %s}",
                "catalog: %s",
            })
    void a_file_that_is_wrong_beside_a_secret_is_answered_without_it(String text) {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> parse(text.formatted(SECRET) + "\n" + SOURCES))
                .withMessageStartingWith("Cannot read configuration t.yaml")
                .satisfies(e -> assertThat(e.toString()).doesNotContain("hunter2"))
                .withNoCause();
    }

    private static SluiceConfig parse(String text) {
        return ConfigFile.parse("t.yaml", text, Map.of());
    }
}
