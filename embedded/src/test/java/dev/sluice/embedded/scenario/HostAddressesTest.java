package dev.sluice.embedded.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.config.ConfigFile;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.embedded.compose.ComposeFile;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the scenario on containers takes from {@code compose.yaml}, as far as that needs no container. */
class HostAddressesTest {
    private static final String LOOPBACK = "(127\\.0\\.0\\.1|localhost):\\d+";

    private final ComposeFile compose = ComposeFile.read();

    @TempDir
    private Path folder;

    @Test
    void every_neighbour_of_the_service_is_found_on_the_host() {
        SluiceConfig config = ConfigFile.load(HostAddresses.of(compose).config(folder), Map.of());

        assertThat(config.kafka().get("bootstrap.servers")).matches(LOOPBACK);
        assertThat(config.registry().get("schema.registry.url")).matches("http://" + LOOPBACK + "/apis/ccompat/v7");
        assertThat(config.catalog().properties().get("uri")).matches("jdbc:postgresql://" + LOOPBACK + "/catalog");
        assertThat(config.catalog().properties().get("s3.endpoint")).matches("http://" + LOOPBACK);
    }

    @Test
    void no_address_of_the_inside_is_left() {
        compose.environment("committer")
                .values()
                .forEach(value -> assertThat(value).doesNotContain("${"));
        for (String service : compose.names()) {
            assertThat(HostAddresses.of(compose).environment().values())
                    .noneMatch(value -> value.matches("(.*//)?" + service + ":\\d+.*"));
        }
    }

    @Test
    void kafka_tells_clients_on_the_host_the_port_that_it_publishes() {
        String listener = compose.kafkaListener("HOST");
        int port = Integer.parseInt(listener.substring(listener.indexOf(':') + 1));

        assertThat(compose.onHost("kafka", port)).endsWith(":" + port);
        assertThat(compose.environment("kafka").get("KAFKA_LISTENERS")).contains("HOST://:" + port);
    }

    @Test
    void the_service_has_the_credentials_of_its_storage_and_of_its_catalog() {
        Map<String, String> service = compose.environment("committer");

        assertThat(service)
                .containsEntry(
                        "AWS_ACCESS_KEY_ID", compose.environment("storage").get("S3_ACCESS_KEY"))
                .containsEntry(
                        "AWS_SECRET_ACCESS_KEY", compose.environment("storage").get("S3_SECRET_KEY"))
                .containsEntry(
                        "SLUICE_CATALOG_PASSWORD",
                        compose.environment("postgres").get("CATALOG_PASSWORD"));
        for (String instance : compose.instances()) {
            assertThat(compose.environment(instance))
                    .containsKeys(service.keySet().toArray(String[]::new));
        }
    }

    @Test
    void there_are_two_ingest_instances_and_one_committer_of_one_image() {
        assertThat(compose.instances()).containsExactly("ingest-1", "ingest-2", "committer");
        assertThat(compose.instances()).allSatisfy(instance -> {
            assertThat(compose.image(instance))
                    .isEqualTo(ComposeFile.exampleEnvironment().get("SLUICE_IMAGE"));
            assertThat(compose.environment(instance)).containsEntry("SLUICE_INSTANCE", instance);
            assertThat(compose.command(instance))
                    .startsWith("run", "--only", instance.startsWith("ingest") ? "ingest" : "committer");
        });
    }

    @Test
    void the_topics_of_every_source_are_made_before_the_service_starts() {
        SluiceConfig config = ConfigFile.load(HostAddresses.of(compose).config(folder), Map.of());

        assertThat(compose.command("topics").stream().map(topic -> topic.split(":")[0]))
                .containsExactlyElementsOf(
                        config.sources().stream().map(source -> source.topic()).toList());
    }
}
