package dev.sluice.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.land.Check;
import dev.sluice.sink.land.PiiAction;
import dev.sluice.sink.land.PiiRule;
import dev.sluice.sink.trino.TrinoCluster;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {
    private static final String MINIMAL = """
            kafka:
              bootstrap.servers: localhost:9092
            sources:
              - name: orders
            """;

    @Test
    void a_minimal_file_gets_the_documented_defaults() {
        SluiceConfig config = parse(MINIMAL, Map.of());

        assertThat(config.name()).isEqualTo("orders-pipeline");
        assertThat(config.applicationId()).isEqualTo("sluice-orders-pipeline");
        assertThat(config.committerGroup()).isEqualTo("sluice-orders-pipeline-committer");
        assertThat(config.ingest())
                .isEqualTo(new IngestConfig(
                        Duration.ofSeconds(2), 128L << 20, 1, GroupProtocol.CLASSIC, Duration.ofMinutes(10)));
        assertThat(config.commit()).isEqualTo(new CommitConfig(Duration.ofSeconds(2), 1000, Duration.ofMinutes(10)));
        assertThat(config.engine()).isEqualTo(new EngineConfig(EngineConfig.Type.DUCKDB, 1L << 30, 2));
        SourceConfig orders = config.sources().get(0);
        assertThat(orders.topic()).isEqualTo("orders");
        assertThat(orders.table()).isEqualTo("bronze.orders");
        assertThat(orders.dlq()).isEqualTo("orders.dlq");
        assertThat(orders.subject()).isEqualTo("orders-value");
        assertThat(config.instance()).isEqualTo(parse(MINIMAL, Map.of()).instance());
    }

    @Test
    void sources_are_read_with_their_checks_and_rules_for_personal_data() {
        SluiceConfig config = parse("""
                kafka: {bootstrap.servers: "a:1"}
                ingest: {micro-batch: 500ms, target-file-size: 64MB, threads: 3, protocol: streams}
                sources:
                  - name: customers
                    topic: crm.customers
                    pii-key: ${KEY}
                    pii:
                      - {column: email, rule: hash}
                      - {column: address.street, rule: redact, optional: true}
                    checks:
                      - {column: id, not_null: true}
                      - {column: age, min: 0, max: 150}
                      - {column: tier, in: [gold, silver]}
                      - {column: ref, matches: uuid}
                    max-record-bytes: 1MB
                """, Map.of("KEY", "0123456789abcdef"));

        assertThat(config.ingest().protocol()).isEqualTo(GroupProtocol.STREAMS);
        SourceConfig source = config.sources().get(0);
        assertThat(source.table()).isEqualTo("bronze.customers");
        assertThat(source.dlq()).isEqualTo("crm.customers.dlq");
        assertThat(source.maxRecordBytes()).isEqualTo(1 << 20);
        assertThat(source.pii())
                .containsEntry("email", PiiRule.required(PiiAction.HASH))
                .containsEntry("address.street", new PiiRule(PiiAction.REDACT, true));
        assertThat(source.checks())
                .contains(
                        new Check.NotNull("id"),
                        new Check.Min("age", BigDecimal.ZERO),
                        new Check.Max("age", new BigDecimal(150)))
                .hasSize(5);
        assertThat(source.landingSpec(7).targetFileBytes()).isEqualTo(7);
    }

    @Test
    void a_trino_cluster_is_there_when_it_has_an_address() {
        String text = MINIMAL + "trino: {url: \"${URL:-}\", user: bi, properties: {SSL: true, password: hunter22}}\n";

        assertThat(parse(text, Map.of()).trino()).isEmpty();
        SluiceConfig config = parse(text, Map.of("URL", "jdbc:trino://host:8443/lake"));
        assertThat(config.trino())
                .contains(new TrinoCluster(
                        "jdbc:trino://host:8443/lake", "bi", Map.of("SSL", "true", "password", "hunter22")));
        assertThat(config.describe()).contains("jdbc:trino://host:8443/lake").doesNotContain("hunter22");
        assertThat(config.trino().toString()).doesNotContain("hunter22");
    }

    @Test
    void models_run_on_the_trino_cluster_when_the_engine_says_so() {
        String text = MINIMAL + "engine: {type: trino}\ntrino: {url: \"jdbc:trino://host:8443/lake\"}\n";

        SluiceConfig config = parse(text, Map.of());

        assertThat(config.engine().type()).isEqualTo(EngineConfig.Type.TRINO);
        assertThat(parse(config.describe(), Map.of()).engine()).isEqualTo(config.engine());
    }

    @Test
    void parameters_of_a_trino_address_are_refused_and_not_shown() {
        String text = MINIMAL + "trino: {url: \"jdbc:trino://host:8443/lake?password=hunter22\"}\n";

        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> parse(text, Map.of()))
                .withMessageContaining("t.yaml:5: key trino")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hunter22"));
    }

    @Test
    void a_default_stands_in_for_a_missing_or_empty_variable() {
        String text = MINIMAL.replace("localhost", "${HOST:-fallback}");

        assertThat(parse(text, Map.of()).kafka()).containsEntry("bootstrap.servers", "fallback:9092");
        assertThat(parse(text, Map.of("HOST", "")).kafka()).containsEntry("bootstrap.servers", "fallback:9092");
        assertThat(parse(text, Map.of("HOST", "h")).kafka()).containsEntry("bootstrap.servers", "h:9092");
    }

    @Test
    void folders_are_relative_to_the_file(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("sluice.yaml"), MINIMAL);

        SluiceConfig config = ConfigFile.load(file, Map.of());

        assertThat(config.data()).isEqualTo(folder.resolve(".sluice"));
        assertThat(config.models()).isEqualTo(folder.resolve("models"));
    }

    @Test
    void a_missing_file_is_named(@TempDir Path folder) {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> ConfigFile.load(folder.resolve("none.yaml"), Map.of()))
                .withMessageContaining("none.yaml")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_INVALID));
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            1 | kafka                | ~kafkaa: {}~                            | t.yaml:1: key kafkaa: unknown key, did you mean kafka?
            5 |                      | ~ingest: {micro-bach: 2s}~              | t.yaml:5: key ingest.micro-bach: unknown key, did you mean micro-batch?
            5 |                      | ~ingest: {micro-batch: fast}~           | t.yaml:5: key ingest.micro-batch: not a duration, expected a form like 500ms, 2s or 5m, found fast
            5 |                      | ~ingest: {micro-batch: 1ms}~            | t.yaml:5: key ingest: micro-batch is wrong, expected 50ms to 300000ms, found 1ms
            5 |                      | ~ingest: {target-file-size: 1XB}~       | t.yaml:5: key ingest.target-file-size: not a size
            5 |                      | ~ingest: {threads: many}~               | t.yaml:5: key ingest.threads: expected a whole number, found many
            5 |                      | ~ingest: {protocol: new}~               | t.yaml:5: key ingest.protocol: the choice is wrong, expected one of [classic, streams], found new
            5 |                      | ~engine: {type: spark}~                 | t.yaml:5: key engine.type: the choice is wrong, expected one of [duckdb, trino], found spark
            5 |                      | ~engine: {type: trino}~                 | trino.url is wrong, expected the cluster that engine.type: trino runs models on, found nothing
            5 |                      | ~ingest: fast~                          | t.yaml:5: key ingest: expected a mapping, found a value
            5 |                      | ~name: two words~                       | name is wrong, expected letters, digits, '.', '_' or '-', found two words
            5 |                      | ~name: ${NOPE}~                         | t.yaml:5: key name: the environment variable NOPE is not set
            5 |                      | ~    tabel: x~                          | t.yaml:5: key sources[0].tabel: unknown key, did you mean table?
            5 |                      | ~    table: orders~                     | t.yaml:4: key sources[0]: table is wrong, expected a table name as namespace.name, found orders
            5 |                      | ~    dlq: orders~                       | dlq is wrong, expected another topic than the source, found orders
            5 |                      | ~    checks: [{column: a}]~             | t.yaml:5: key sources[0].checks[0]: the check is wrong, expected one of not_null: true, min, max, matches, in, found no rule
            5 |                      | ~    checks: [{column: a, matches: "("}]~ | key sources[0].checks[0].matches: the pattern is wrong, expected a regular expression
            5 |                      | ~    pii: [{column: mail, rule: hash}]~ | the HMAC key is too short
            5 |                      | ~  - name: orders~                      | sources is wrong, expected a name of its own for each, found orders twice
            5 |                      | ~name: [a~                              | Cannot read configuration t.yaml:
            """)
    void a_wrong_line_is_answered_with_its_place_and_what_to_write(
            int line, String unused, String bad, String expected) {
        String text = line == 1 ? bad + "\n" + MINIMAL : MINIMAL + bad + "\n";

        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> parse(text, Map.of()))
                .withMessageStartingWith("Cannot read configuration t.yaml:")
                .withMessageContaining(expected)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_INVALID));
    }

    @Test
    void the_description_is_a_file_that_reads_the_same_and_shows_no_secret() {
        String secret = "hunter2-hunter2-hunter2";
        SluiceConfig config = parse("""
                kafka:
                  bootstrap.servers: a:1
                  sasl.jaas.config: %1$s
                  ssl.keystore.password: %1$s
                registry: {basic.auth.user.info: "u:%1$s", bearer.auth.token: %1$s}
                catalog: {properties: {uri: "http://c", s3.secret-access-key: %1$s}}
                sources:
                  - name: orders
                    pii-key: %1$s
                    pii: [{column: email, rule: hash}]
                    checks: [{column: a, in: [x, y]}, {column: b, min: 1}, {column: c, matches: "[A-Z]{3}"}]
                """.formatted(secret), Map.of());

        String description = config.describe();

        assertThat(description).doesNotContain("hunter2").contains(Secrets.MASK).contains("bootstrap.servers: a:1");
        assertThat(config.toString()).doesNotContain("hunter2");
        assertThat(config.sources().get(0).toString()).doesNotContain("hunter2");
        assertThat(config.catalog().toString()).doesNotContain("hunter2");
        String readable = description.replace(Secrets.MASK, "0123456789abcdef");
        SluiceConfig again = ConfigFile.parse("again.yaml", readable, Map.of());
        assertThat(again.describe()).isEqualTo(description);
    }

    private static SluiceConfig parse(String text, Map<String, String> environment) {
        return ConfigFile.parse("t.yaml", text, environment);
    }
}
