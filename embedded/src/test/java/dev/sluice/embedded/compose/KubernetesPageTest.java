package dev.sluice.embedded.compose;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.embedded.Sluice;
import dev.sluice.embedded.connect.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What can be said of the manifests of docs/how-to/kubernetes.md without a cluster. */
class KubernetesPageTest {
    private static final Pattern BLOCK = Pattern.compile("```yaml\\n(.*?)```", Pattern.DOTALL);

    private static final List<JsonNode> MANIFESTS = new ArrayList<>();

    @BeforeAll
    static void read() throws IOException {
        JsonMapper json = JsonMapper.builder().build();
        BLOCK.matcher(Files.readString(Checkout.path("docs/how-to/kubernetes.md")))
                .results()
                .forEach(block -> new Yaml(new SafeConstructor(new LoaderOptions()))
                        .loadAll(block.group(1))
                        .forEach(document -> MANIFESTS.add(json.valueToTree(document))));
        MANIFESTS.removeIf(document -> !document.has("kind"));
    }

    private static Stream<JsonNode> workloads() {
        return MANIFESTS.stream()
                .filter(manifest -> manifest.at("/spec/template").isObject());
    }

    private static Stream<JsonNode> containers() {
        return workloads().flatMap(workload -> items(workload.at("/spec/template/spec/containers")));
    }

    private static Stream<JsonNode> items(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    @Test
    void there_is_a_workload_and_a_disruption_budget_for_each_role() {
        assertThat(workloads().map(workload -> workload.at("/metadata/name").asText()))
                .containsExactly("sluice-ingest", "sluice-committer");
        assertThat(MANIFESTS.stream()
                        .filter(manifest -> manifest.at("/kind").asText().equals("PodDisruptionBudget")))
                .hasSize(2)
                .allSatisfy(
                        budget -> assertThat(workloads().map(workload -> workload.at("/spec/template/metadata/labels")))
                                .contains(budget.at("/spec/selector/matchLabels")));
    }

    @Test
    void every_workload_selects_its_own_pods_and_runs_as_the_images_user() throws IOException {
        String pom = Files.readString(Checkout.path("streams-app/pom.xml"));
        workloads().forEach(workload -> {
            JsonNode pod = workload.at("/spec/template");
            assertThat(workload.at("/spec/selector/matchLabels")).isEqualTo(pod.at("/metadata/labels"));
            JsonNode user = pod.at("/spec/securityContext");
            assertThat(user.path("runAsNonRoot").asBoolean()).isTrue();
            assertThat(pom)
                    .contains("<user>%s:%s</user>"
                            .formatted(
                                    user.path("runAsUser").asText(),
                                    user.path("runAsGroup").asText()));
        });
    }

    @Test
    void the_arguments_are_a_command_of_sluice() {
        assertThat(containers()).hasSize(2).allSatisfy(container -> {
            String[] arguments =
                    items(container.path("args")).map(JsonNode::asText).toArray(String[]::new);
            assertThat(Sluice.commandLine(false).parseArgs(arguments).errors()).isEmpty();
            assertThat(arguments).startsWith("run", "--only");
        });
    }

    @Test
    void probes_ask_where_the_service_answers() throws IOException {
        String http = Files.readString(Checkout.path("streams-app/src/main/java/dev/sluice/app/http/ServiceHttp.java"));
        JsonNode configured = ComposeFile.yaml(ComposeFile.FOLDER.resolve("sluice.yaml"));
        assertThat(containers()).allSatisfy(container -> {
            JsonNode port = container.at("/ports/0");
            assertThat(port.path("containerPort")).isEqualTo(configured.at("/http/port"));
            assertThat(List.of("livenessProbe", "readinessProbe")).allSatisfy(probe -> {
                JsonNode get = container.path(probe).path("httpGet");
                assertThat(http).contains("createContext(\"" + get.path("path").asText() + "\"");
                assertThat(get.path("port")).isEqualTo(port.path("name"));
            });
            assertThat(container.at("/resources/limits/memory").asText()).isNotEmpty();
        });
    }

    @Test
    void every_mounted_volume_is_declared_and_the_data_folder_is_one() {
        String data = ComposeFile.yaml(ComposeFile.FOLDER.resolve("sluice.yaml"))
                .path("data")
                .asText();
        workloads().forEach(workload -> {
            List<String> declared = Stream.concat(
                            items(workload.at("/spec/template/spec/volumes"))
                                    .map(volume -> volume.path("name").asText()),
                            items(workload.at("/spec/volumeClaimTemplates"))
                                    .map(claim -> claim.at("/metadata/name").asText()))
                    .toList();
            List<JsonNode> mounts = items(workload.at("/spec/template/spec/containers/0/volumeMounts"))
                    .toList();
            assertThat(mounts)
                    .allSatisfy(mount ->
                            assertThat(declared).contains(mount.path("name").asText()));
            assertThat(mounts)
                    .extracting(mount -> mount.path("mountPath").asText())
                    .contains(data, "/etc/sluice");
        });
    }

    @Test
    void no_secret_stands_in_a_manifest() {
        assertThat(containers()).allSatisfy(container -> {
            assertThat(container.at("/envFrom/0/secretRef/name").asText()).isEqualTo("sluice");
            assertThat(items(container.path("env"))).noneMatch(variable -> variable.has("value"));
        });
    }
}
