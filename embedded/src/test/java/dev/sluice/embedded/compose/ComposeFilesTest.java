package dev.sluice.embedded.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.config.ConfigFile;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.embedded.connect.Checkout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What can be said of compose/ without starting it. */
class ComposeFilesTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Path FOLDER = ComposeFile.FOLDER;
    private static final List<List<String>> TOOLS = List.of(List.of("docker", "compose"), List.of("docker-compose"));

    @Test
    void the_compose_tool_accepts_the_file_with_the_example_environment() throws Exception {
        assumeTrue(!tool().isEmpty(), "no compose tool here");
        assertThat(config("--env-file", "example.env")).endsWith("exit 0");
    }

    @Test
    void without_an_environment_it_stops_and_says_what_to_do() throws Exception {
        assumeTrue(!tool().isEmpty() && !Files.exists(FOLDER.resolve(".env")), "no compose tool here, or an .env");
        assertThat(config()).contains("copy example.env to .env").doesNotEndWith("exit 0");
    }

    @Test
    void every_image_is_pinned_and_every_service_has_a_memory_limit() throws IOException {
        services().forEach((name, service) -> {
            assertThat(service.path("image").asText()).as("image of %s", name).matches("[^:]+:[0-9v][^:]*|\\$\\{.*}");
            assertThat(service.path("mem_limit").asText())
                    .as("memory of %s", name)
                    .isNotEmpty();
        });
    }

    @Test
    void every_service_that_stays_has_a_health_check() throws IOException {
        services().forEach((name, service) -> {
            if (service.has("restart")) {
                assertThat(service.path("healthcheck").path("test")).as(name).isNotEmpty();
            }
        });
    }

    @Test
    void ports_are_bound_to_the_loopback_address_only() throws IOException {
        services()
                .forEach((name, service) -> service.path("ports")
                        .forEach(port -> assertThat(port.asText()).as(name).startsWith("127.0.0.1:")));
    }

    @Test
    void no_file_but_the_example_holds_a_password() throws IOException {
        services()
                .forEach((name, service) -> service.path("environment")
                        .properties()
                        .forEach(variable -> {
                            if (variable.getKey().matches(".*(PASSWORD|SECRET|ACCESS_KEY|PII_KEY).*")) {
                                assertThat(variable.getValue().asText())
                                        .as("%s of %s", variable.getKey(), name)
                                        .matches("\\$\\{.*:\\?.*}");
                            }
                        }));
        assertThat(Checkout.path(".gitignore")).content().contains("compose/.env");
    }

    @Test
    void every_mounted_file_is_here() throws IOException {
        services()
                .forEach((name, service) -> service.path("volumes").forEach(volume -> {
                    String source = volume.asText().split(":")[0];
                    if (source.startsWith(".") && !source.contains("/target/")) {
                        assertThat(FOLDER.resolve(source).normalize())
                                .as("mounted by %s", name)
                                .exists();
                    }
                }));
    }

    @Test
    void sluice_loads_its_configuration_with_the_environment_of_its_services() throws IOException {
        for (String service : List.of("ingest-1", "ingest-2", "committer")) {
            Map<String, String> environment = new HashMap<>();
            services()
                    .get(service)
                    .path("environment")
                    .properties()
                    .forEach(variable -> environment.put(
                            variable.getKey(), variable.getValue().asText()));
            SluiceConfig config = ConfigFile.load(FOLDER.resolve("sluice.yaml"), environment);
            assertThat(config.instance()).isEqualTo(service);
            assertThat(config.http().port()).isEqualTo(9464);
        }
    }

    @Test
    void the_sources_are_those_of_the_shipped_pipeline() throws IOException {
        JsonNode here = yaml("sluice.yaml").path("sources");
        JsonNode shipped = yaml("../sluice.yaml").path("sources");

        assertThat(here).hasSameSizeAs(shipped);
        for (int i = 0; i < here.size(); i++) {
            ObjectNode expected = shipped.path(i).deepCopy();
            // A file of the checkout, for CI; the image has none.
            expected.remove("contract");
            assertThat(here.path(i)).isEqualTo(expected);
        }
    }

    @Test
    void health_checks_and_prometheus_ask_where_the_service_answers() throws IOException {
        String port = yaml("sluice.yaml").path("http").path("port").asText();
        for (String service : List.of("ingest-1", "ingest-2", "committer")) {
            assertThat(services().get(service).path("healthcheck").path("test").toString())
                    .contains("localhost:" + port + "/health/ready");
            assertThat(Files.readString(FOLDER.resolve("prometheus/prometheus.yml")))
                    .contains(service + ":" + port);
        }
    }

    @Test
    void every_metric_and_label_of_the_dashboard_is_one_of_the_service() throws IOException {
        String metrics =
                Files.readString(Checkout.path("streams-app/src/main/java/dev/sluice/app/http/ServiceMetrics.java"));
        List<String> names = matches(metrics, "\\.name\\(\"(\\w+)\"");
        List<String> labels = matches(metrics, "\\.labelNames\\(\"(\\w+)\"");
        JsonNode dashboard =
                JSON.readTree(FOLDER.resolve("grafana/dashboards/sluice.json").toFile());
        List<String> expressions = dashboard.findValuesAsText("expr");

        assertThat(expressions).hasSizeGreaterThan(5);
        for (String expression : expressions) {
            assertThat(names).as(expression).containsAll(matches(expression, "\\b(sluice_\\w+)"));
            assertThat(labels).as(expression).containsAll(matches(expression, "by \\((\\w+)\\)"));
            assertThat(expression).doesNotContainPattern("by \\(\\w+,");
        }
    }

    private static List<String> matches(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    @Test
    void the_dashboard_reads_from_the_provisioned_data_source() throws IOException {
        JsonNode dashboard =
                JSON.readTree(FOLDER.resolve("grafana/dashboards/sluice.json").toFile());
        JsonNode sources = yaml("grafana/provisioning/datasources/prometheus.yaml");
        String uid = sources.path("datasources").path(0).path("uid").asText();
        assertThat(dashboard.path("panels"))
                .isNotEmpty()
                .allSatisfy(
                        panel -> assertThat(panel.path("datasource").path("uid").asText())
                                .isEqualTo(uid));
    }

    private static Map<String, JsonNode> services() {
        return ComposeFile.read().services();
    }

    private static JsonNode yaml(String file) {
        return ComposeFile.yaml(FOLDER.resolve(file));
    }

    private static String config(String... options) throws Exception {
        List<String> command = new ArrayList<>(tool());
        command.addAll(List.of(options));
        command.addAll(List.of("-f", "compose.yaml", "config"));
        return run(command);
    }

    private static List<String> tool() throws Exception {
        for (List<String> tool : TOOLS) {
            List<String> version = new ArrayList<>(tool);
            version.add("version");
            if (run(version).endsWith("exit 0")) {
                return tool;
            }
        }
        return List.of();
    }

    private static String run(List<String> command) throws Exception {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .directory(FOLDER.toFile())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException notInstalled) {
            return "exit 127";
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(1, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        return output + "exit " + process.waitFor();
    }
}
