package dev.sluice.embedded.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.embedded.connect.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is in the service's image, and the scenario of {@link OrdersOnProcessesIT} on its class path with its flags.
 * Runs when the build made the image's tar: {@code mvn -Pimage -Dimage.goal=buildTar verify}.
 */
@EnabledIfSystemProperty(
        named = "image.goal",
        matches = "buildTar",
        disabledReason = "no tar of the image; build it with mvn -Pimage -Dimage.goal=buildTar verify")
class OrdersOnImageIT {
    @TempDir
    private static Path folder;

    private static ImageTar image;

    @BeforeAll
    static void unpack() throws IOException {
        image = ImageTar.unpack(Files.createDirectories(folder.resolve("image")));
    }

    @Test
    void it_runs_as_nobody_in_particular_with_flags_for_a_container() {
        JsonNode container = image.container();

        assertThat(container.get("User").asText()).isEqualTo("10001:10001");
        assertThat(container.get("WorkingDir").asText()).isEqualTo("/var/lib/sluice");
        assertThat(container.get("ExposedPorts").has("9464/tcp")).isTrue();
        assertThat(image.entryPoint())
                .startsWith("java")
                .contains("-XX:MaxRAMPercentage=50", "-XX:+ExitOnOutOfMemoryError")
                .endsWith("dev.sluice.app.cli.SluiceMain");
    }

    @Test
    void any_user_can_write_its_data_folder() {
        assertThat(image.mode("/var/lib/sluice")).isEqualTo(0777);
    }

    @Test
    void its_class_path_is_there_with_the_drivers_of_the_compose_stack() throws IOException {
        assertThat(image.classPath())
                .anyMatch(entry -> entry.contains("/postgresql-"))
                .anyMatch(entry -> entry.matches(".*/iceberg-aws-\\d.*"))
                .anyMatch(entry -> entry.contains("/iceberg-aws-bundle-"))
                .allSatisfy(entry -> assertThat(image.path(entry)).exists());
    }

    @Test
    void its_models_are_those_of_the_checkout() throws IOException {
        Path shipped = Checkout.path("models");
        try (Stream<Path> files = Files.walk(shipped)) {
            assertThat(files.filter(Files::isRegularFile).toList())
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(image.path("/app/models/" + shipped.relativize(file)))
                            .hasSameTextualContentAs(file));
        }
    }

    @Test
    void the_order_pipeline_runs_on_it_and_survives_kills() throws Exception {
        try (ProcessDeployment deployment =
                        ProcessDeployment.start(image.program(), Files.createDirectories(folder.resolve("stack")));
                OrdersScenario scenario = new OrdersScenario(deployment, Duration.ofMinutes(4))) {
            scenario.aLoadWithEveryFaultLands();
            scenario.instancesAreKilledInTheMiddle("ingest-1", "committer");
        }
    }
}
