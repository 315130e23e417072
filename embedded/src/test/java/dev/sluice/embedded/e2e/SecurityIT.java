package dev.sluice.embedded.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.app.cli.EnvironmentFile;
import dev.sluice.app.config.CatalogConfig;
import dev.sluice.app.service.Catalogs;
import dev.sluice.embedded.ingest.Await;
import dev.sluice.load.LoadSpec;
import dev.sluice.schemas.registry.SchemaRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The shipped pipeline against neighbours with TLS and credentials, and where the secrets of that turn up: nowhere. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SecurityIT {
    private static final Duration CATCH_UP = Duration.ofSeconds(120);
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String TRUST_STORE = "javax.net.ssl.trustStore";
    private static final LoadSpec LOAD =
            LoadSpec.defaults().withEvents(600).withOrders(100).withSeed(31);

    @TempDir
    static Path folder;

    private static SecuredPlatform platform;
    private static Path config;
    private static Path variables;
    private static Path logs;
    private static SSLContext contextBefore;

    @BeforeAll
    static void start() throws Exception {
        platform = new SecuredPlatform(Files.createDirectories(folder.resolve("platform")));
        config = platform.config("sluice.yaml");
        logs = Files.createDirectories(folder.resolve("logs"));
        // For commands that are run in this JVM, in place of its environment.
        variables = Files.createDirectories(folder.resolve("variables"));
        EnvironmentFile.write(variables, platform.environment(folder.resolve("commands"), 0));
        // What the property does at the start of a JVM; this one is running.
        contextBefore = SSLContext.getDefault();
        SSLContext.setDefault(platform.certificate().trusting());
    }

    @AfterAll
    static void stop() {
        SSLContext.setDefault(contextBefore);
        platform.close();
    }

    @Test
    @Order(1)
    void the_whole_path_runs_over_tls_and_shows_no_secret_anywhere() throws Exception {
        int port = freePort();
        Map<String, String> environment = platform.environment(folder.resolve("service"), port);
        environment.put("SLUICE_LOG_LEVEL", "DEBUG");
        environment.put("SLUICE_KAFKA_LOG_LEVEL", "DEBUG");
        run(config, "produce", "--events=600", "--orders=100", "--seed=31", "--customers=20")
                .succeeds();
        String console = "http://127.0.0.1:" + port;
        try (SluiceChild service = child("service", environment, "run")) {
            Await.until(
                    "the tables to catch up", CATCH_UP, () -> !service.isAlive() || caughtUp(console), service::err);
            assertThat(service.isAlive()).as(service.err()).isTrue();
            PlantedSecrets.assertNoneIn("process arguments", service.commandLine(), tokens());
            for (String path : List.of("/", "/metrics", "/api/status", "/api/cost", "/health/ready", "/none")) {
                PlantedSecrets.assertNoneIn(path, get(console + path).body(), tokens());
            }
            JsonNode status = new ObjectMapper().readTree(succeed("status", environment, "status", "-o", "json"));
            assertThat(status.get("caught_up").asBoolean()).isTrue();
            assertThat(status.get("sources").get(0).get("rows").asLong()).isEqualTo(600 - LOAD.malformed());
            Invocation letters =
                    run(config, "dlq list", "--source=orders", "--limit=3").succeeds();
            assertThat(letters.lines()).hasSize(3);
            Invocation audit = run(config, "audit").succeeds();
            assertThat(audit.out()).contains("Audit: PASS");
            PlantedSecrets.assertNoneIn(
                    "commands", letters.out() + letters.err() + audit.out() + audit.err(), tokens());
            service.signal("TERM");
            assertThat(service.exitCode(SOON)).as(service.err()).isEqualTo(143);
            // What is searched does hold what DEBUG says, of Kafka's clients, too.
            assertThat(service.err()).contains("DEBUG", "o.a.k.c.");
        }
        assertThat(platform.registry().admitted()).containsExactly("Bearer");
        assertThat(platform.catalog().admitted()).containsExactly("Bearer");
        PlantedSecrets.assertNoneBelow(logs, tokens());
        PlantedSecrets.assertNoneBelow(folder.resolve("service"), tokens());
    }

    @Test
    @Order(2)
    void a_leak_would_be_found_as_it_is_and_in_a_header() {
        String pair = SecuredPlatform.USER + ":" + PlantedSecrets.CATALOG;
        String header = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));

        for (String leak : List.of("password=" + PlantedSecrets.KAFKA + ";", "Authorization: Basic " + header)) {
            assertThatThrownBy(() -> PlantedSecrets.assertNoneIn("here", leak)).isInstanceOf(AssertionError.class);
        }
    }

    @Test
    @Order(2)
    void a_configuration_is_shown_without_secrets() {
        Invocation shown = run(config, "run", "--dry-run").succeeds();

        assertThat(shown.out()).contains("sasl.jaas.config: '********'", "credential: '********'");
        PlantedSecrets.assertNoneIn("run --dry-run", shown.out() + shown.err());
    }

    @Test
    @Order(2)
    void a_wrong_kafka_password_ends_every_command_with_exit_code_2_and_what_to_check() {
        Path wrong = changed("\"\\$\\{KAFKA_PASSWORD}\"", "\"" + PlantedSecrets.WRONG + "\"");

        for (String command : List.of("status", "produce --events=1 --orders=1", "dlq list", "audit")) {
            refused(wrong, command, 2, "SLUICE-630", "kafka.sasl.jaas.config");
        }
        try (SluiceChild service = SluiceChild.start(
                logs.resolve("refused"),
                Map.of("SLUICE_LOG_LEVEL", "DEBUG", "SLUICE_KAFKA_LOG_LEVEL", "DEBUG"),
                flags(),
                arguments(wrong, "run"))) {
            assertThat(service.exitCode(SOON)).as(service.err()).isEqualTo(2);
            assertThat(service.err()).contains("kafka.sasl.jaas.config", "[SLUICE-630]");
            PlantedSecrets.assertNoneIn("run", service.out() + service.err());
        }
    }

    @Test
    @Order(2)
    void a_broker_whose_certificate_is_not_trusted_is_refused_with_what_to_check() {
        Path untrusting = changed("  ssl.truststore.type: PEM\n  ssl.truststore.location: .*\n", "");

        for (String command : List.of("status", "produce --events=1 --orders=1", "dlq list")) {
            refused(untrusting, command, 2, "SLUICE-630", "kafka.ssl.truststore");
        }
    }

    @Test
    @Order(2)
    void a_login_module_line_that_cannot_be_read_is_not_shown() {
        Path unquoted = changed("password=\"\\$\\{KAFKA_PASSWORD}\";", "password=a!" + PlantedSecrets.WRONG + ";");

        for (String command : List.of("status", "produce --events=1 --orders=1", "dlq list")) {
            refused(unquoted, command, 2, "SLUICE-100", "kafka.sasl.jaas.config");
        }
    }

    @Test
    @Order(2)
    void a_wrong_registry_secret_and_an_untrusted_registry_say_what_to_check() {
        refused(
                changed("\\$\\{file:registry-secret}", PlantedSecrets.WRONG),
                "produce --events=1 --orders=1",
                2,
                "SLUICE-204",
                "bearer.auth.client.secret");
        Path untrusting = changed("  schema.registry.ssl.truststore.type: PEM\n.*\n", "  max.retries: \"0\"\n");
        refused(
                untrusting,
                "produce --events=1 --orders=1",
                4,
                "SLUICE-203",
                "schema.registry.ssl.truststore.location");
    }

    @Test
    @Order(2)
    void a_wrong_catalog_credential_and_an_untrusted_catalog_say_what_to_check() throws Exception {
        refused(
                changed("\\$\\{CATALOG_SECRET}", PlantedSecrets.WRONG),
                "status",
                2,
                "SLUICE-430",
                "credential, oauth2-server-uri");
        SSLContext trusting = SSLContext.getDefault();
        SSLContext.setDefault(contextBefore);
        try {
            refused(config, "status", 4, "SLUICE-400", TRUST_STORE);
        } finally {
            SSLContext.setDefault(trusting);
        }
    }

    @Test
    @Order(2)
    void mistakes_on_the_line_of_a_secret_and_trino_that_is_away_keep_it() {
        refused(
                changed("  security.protocol: SASL_SSL", "  sasl.password:" + PlantedSecrets.WRONG),
                "status",
                2,
                "SLUICE-100",
                "changed.yaml");
        refused(
                changed("bearer.auth.scope: registry", "bearer.auth.clientsecret: " + PlantedSecrets.WRONG),
                "produce --events=1 --orders=1",
                2,
                "SLUICE-100",
                "bearer.auth.client.secret");
        refused(
                changed("    pii-key: \\$\\{SLUICE_PII_KEY}", "    pii-kee: " + PlantedSecrets.WRONG),
                "status",
                2,
                "SLUICE-100",
                "did you mean pii-key?");
        refused(
                changed("    pii-key: \\$\\{SLUICE_PII_KEY}", "    pii-key: \"" + PlantedSecrets.WRONG),
                "status",
                2,
                "SLUICE-100",
                "not valid YAML");
        Invocation trino = run(config, "query", "--engine=trino", "select 1");
        trino.refuses(4, "SLUICE-606", "127.0.0.1:1");
        PlantedSecrets.assertNoneIn("query", trino.out() + trino.err());
    }

    @Test
    @Order(3)
    void the_registry_takes_basic_authentication_over_tls() {
        platform.registry().admitted();
        try (SchemaRegistry registry = SchemaRegistry.from(Map.of(
                "schema.registry.url",
                platform.registry().uri(),
                "schema.registry.ssl.truststore.type",
                "PEM",
                "schema.registry.ssl.truststore.location",
                platform.certificate().pem().toString(),
                "basic.auth.credentials.source",
                "USER_INFO",
                "basic.auth.user.info",
                SecuredPlatform.USER + ":" + PlantedSecrets.REGISTRY))) {
            assertThat(registry.subjects()).contains("orders-value", "customers-value");
        }
        assertThat(platform.registry().admitted()).containsExactly("Basic");
    }

    @Test
    @Order(3)
    void a_token_that_the_registry_revokes_is_fetched_anew() {
        try (SchemaRegistry registry = SchemaRegistry.from(Map.of(
                "schema.registry.url",
                platform.registry().uri(),
                "schema.registry.ssl.truststore.type",
                "PEM",
                "schema.registry.ssl.truststore.location",
                platform.certificate().pem().toString(),
                "bearer.auth.credentials.source",
                "OAUTHBEARER",
                "bearer.auth.issuer.endpoint.url",
                platform.registry().tokenEndpoint(),
                "bearer.auth.client.id",
                SecuredPlatform.USER,
                "bearer.auth.client.secret",
                PlantedSecrets.REGISTRY))) {
            int before = platform.registry().tokens().size();
            registry.subjects();
            registry.subjects();
            assertThat(platform.registry().tokens()).hasSize(before + 1);

            platform.registry().revokeTokens();

            assertThat(registry.subjects()).contains("orders-value");
            assertThat(platform.registry().tokens()).hasSize(before + 2);
        }
    }

    @Test
    @Order(3)
    void the_catalog_takes_basic_authentication_a_header_and_a_token_over_tls() {
        String pair = SecuredPlatform.USER + ":" + PlantedSecrets.CATALOG;
        String header = "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        assertNamespaces(
                "Basic",
                Map.of(
                        "rest.auth.type", "basic",
                        "rest.auth.basic.username", SecuredPlatform.USER,
                        "rest.auth.basic.password", PlantedSecrets.CATALOG));
        assertNamespaces("Basic", Map.of("rest.auth.type", "none", "header.Authorization", header));
        assertNamespaces(
                "Bearer",
                Map.of(
                        "rest.auth.type",
                        "oauth2",
                        "token",
                        platform.catalog().tokens().iterator().next(),
                        "oauth2-server-uri",
                        platform.catalog().tokenEndpoint()));
    }

    private static void assertNamespaces(String scheme, Map<String, String> credentials) {
        platform.catalog().admitted();
        Map<String, String> properties = new HashMap<>(credentials);
        properties.put("type", "rest");
        properties.put("uri", platform.catalog().uri());
        try (Catalogs catalogs = Catalogs.open(new CatalogConfig("secured", properties))) {
            assertThat(((SupportsNamespaces) catalogs.catalog()).listNamespaces())
                    .contains(Namespace.of("bronze"), Namespace.of("silver"));
        }
        assertThat(platform.catalog().admitted()).containsExactly(scheme);
    }

    private static Set<String> tokens() {
        Set<String> tokens = new HashSet<>(platform.registry().tokens());
        tokens.addAll(platform.catalog().tokens());
        return tokens;
    }

    private static String succeed(String log, Map<String, String> environment, String... command) {
        try (SluiceChild child = child(log, environment, command)) {
            PlantedSecrets.assertNoneIn("process arguments", child.commandLine());
            assertThat(child.exitCode()).as(child.out() + child.err()).isZero();
            return child.out();
        }
    }

    private static SluiceChild child(String log, Map<String, String> environment, String... command) {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.add("--config=" + config);
        arguments.add("--data=" + folder.resolve("nothing"));
        return SluiceChild.start(logs.resolve(log), environment, flags(), arguments.toArray(String[]::new));
    }

    /** Iceberg's REST client trusts what the JVM trusts; and the log settings of the service, not those of tests. */
    private static List<String> flags() {
        return List.of(
                "-D" + TRUST_STORE + "=" + platform.certificate().trustStore(),
                "-Dlogback.configurationFile=logback.xml",
                "-Dlogback.statusListenerClass=ch.qos.logback.core.status.NopStatusListener");
    }

    private static String[] arguments(Path yaml, String command) {
        return new Terminal(variables, yaml).arguments(command);
    }

    private static Invocation run(Path yaml, String command, String... more) {
        return Invocation.of(new Terminal(variables, yaml).arguments(command, more));
    }

    private static void refused(Path yaml, String command, int exitCode, String label, String... words) {
        long start = System.nanoTime();
        Invocation invocation = Invocation.of(arguments(yaml, command));
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        invocation.refuses(exitCode, label, words);
        PlantedSecrets.assertNoneIn(command, invocation.out() + invocation.err(), tokens());
        assertThat(took).as(command).isLessThan(SOON);
    }

    private static Path changed(String pattern, String replacement) {
        String text = SecuredPlatform.read(config);
        String changed = text.replaceFirst(pattern, java.util.regex.Matcher.quoteReplacement(replacement));
        assertThat(changed).as(pattern).isNotEqualTo(text);
        return platform.write("changed.yaml", changed);
    }

    private static boolean caughtUp(String console) {
        try {
            HttpResponse<String> status = get(console + "/api/status");
            return status.statusCode() == 200
                    && new ObjectMapper()
                            .readTree(status.body())
                            .get("caught_up")
                            .asBoolean()
                    && new ObjectMapper()
                                    .readTree(status.body())
                                    .at("/sources/0/rows")
                                    .asLong()
                            > 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static HttpResponse<String> get(String address) throws IOException {
        try {
            return HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
