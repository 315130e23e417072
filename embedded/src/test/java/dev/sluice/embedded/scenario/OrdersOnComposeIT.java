package dev.sluice.embedded.scenario;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.embedded.compose.ComposeFile;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.junit.jupiter.Testcontainers;

/**
 * The scenario of {@link OrdersOnProcessesIT} on the containers of the compose stack. It needs Docker with its compose
 * plugin, the ports of {@code compose.yaml} free, and the service's image, to be built before by {@code mvn -Pimage
 * -DskipTests package}; without Docker or the image it is skipped.
 */
@Testcontainers(disabledWithoutDocker = true)
class OrdersOnComposeIT {
    /** Containers start one after the other, and sessions last for 10 s there. */
    private static final Duration PATIENCE = Duration.ofMinutes(8);

    @TempDir
    private static Path folder;

    private static ComposeDeployment deployment;
    private static OrdersScenario scenario;

    @BeforeAll
    static void start() {
        String image = ComposeFile.read().image("committer");
        assumeTrue(
                ComposeDeployment.hasImage(image),
                () -> "There is no image " + image + ": build it with mvn -Pimage -DskipTests package");
        deployment = ComposeDeployment.start(folder);
        scenario = new OrdersScenario(deployment, PATIENCE);
    }

    @AfterAll
    static void stop() {
        if (scenario != null) {
            scenario.close();
        }
        if (deployment != null) {
            deployment.close();
        }
    }

    @Test
    void a_load_with_every_fault_ends_in_the_expected_tables() {
        scenario.aLoadWithEveryFaultLands();
    }

    @Test
    void so_do_loads_in_the_middle_of_which_an_ingest_and_the_committer_are_killed() {
        scenario.instancesAreKilledInTheMiddle("ingest-1", "committer");
    }
}
