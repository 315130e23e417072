package dev.sluice.embedded.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The distributed worker file: records and source offsets in one transaction. */
class ExactlyOnceConnectIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int CUSTOMERS = 200;
    private static final int ROUNDS = 20;

    @TempDir
    Path folder;

    @Test
    void a_kill_in_the_middle_of_changes_neither_loses_nor_repeats_a_record() throws Exception {
        ConnectorFile connector = ConnectorFile.read("source-cdc-tables.json");
        try (ConnectPlatform platform = ConnectPlatform.start(
                        folder, "distributed-apicurio.properties", SharedRegistry.standIn(folder.resolve("registry")));
                FoldedTopic topic =
                        new FoldedTopic(platform.bootstrapServers(), platform.registry(), "shop.customers")) {
            ChangingCustomers customers = new ChangingCustomers(platform.shop());
            customers.beforeTheConnector();
            platform.worker().rest().deploy(connector);
            awaitRecords(topic, CUSTOMERS);
            customers.aBurst();
            awaitRecords(topic, CUSTOMERS + 1);
            platform.worker().kill();
            platform.worker().restart();
            awaitRecords(topic, CUSTOMERS + CUSTOMERS * ROUNDS);
            platform.shop().run("DELETE FROM customers WHERE customer_id = 1");
            Deadline.in(LIMIT).until("the tombstone after the last change", () -> {
                topic.customers();
                return topic.tombstones() == 1;
            });
            assertThat(topic.records()).isEqualTo(CUSTOMERS + CUSTOMERS * ROUNDS + 2);
            assertThat(topic.customers()).isEqualTo(platform.shop().customers());
        }
    }

    private static void awaitRecords(FoldedTopic topic, int atLeast) throws Exception {
        Deadline.in(LIMIT).until(atLeast + " records", () -> {
            topic.customers();
            return topic.records() >= atLeast;
        });
    }
}
