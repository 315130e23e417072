package dev.sluice.embedded.scenario;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The compose stack's services as processes, without Docker: two ingest instances and a committer. */
class OrdersOnProcessesIT {
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    @TempDir
    private static Path folder;

    private static ProcessDeployment deployment;
    private static OrdersScenario scenario;

    @BeforeAll
    static void start() throws Exception {
        deployment = ProcessDeployment.start(ProcessDeployment.TEST_CLASS_PATH, folder);
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
