package dev.sluice.embedded.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.config.ConfigFile;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.embedded.connect.Checkout;
import dev.sluice.load.KafkaLoad;
import dev.sluice.load.LoadSpec;
import dev.sluice.load.SchemaIds;
import dev.sluice.load.Skip;
import dev.sluice.sink.audit.TableRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example with raw bronze: it works, and it keeps what it promises and no more. */
class MaskInSilverIT {
    @Test
    void bronze_holds_the_addresses_and_silver_their_domains_only(@TempDir Path folder) throws IOException {
        Path example = Checkout.path("docs/examples/mask-in-silver");
        LoadSpec load = LoadSpec.defaults().withEvents(1_000).withOrders(200).withPartitions(1);
        try (TestPlatform platform = new TestPlatform(folder)) {
            String yaml = platform.resolved(Files.readString(example.resolve("sluice.yaml")), "one")
                    .replace("models: models", "models: " + example.resolve("models"));
            SluiceConfig config = ConfigFile.parse("sluice.yaml", yaml, Map.of());
            KafkaLoad orders = new KafkaLoad(config.kafka(), "orders", Clock.systemUTC());
            orders.ensureTopic(load);
            orders.produce(load, SchemaIds.register(platform.registry(), load), Skip.nothing(load), progress -> {});
            try (RunningService service = new RunningService(platform, config)) {
                service.awaitCaughtUp();
            }
            Table silver = platform.catalog().loadTable(TableIdentifier.parse("silver.orders"));
            List<Object> domains = new ArrayList<>();
            new TableRows(silver, List.of("email_domain"))
                    .forEach(silver.currentSnapshot().snapshotId(), row -> domains.add(row.get(0)));
            assertThat(domains).hasSize(200).containsOnly("example.com", null);
        }
        Marker anyAddress = new Marker("@example.com");
        assertThat(anyAddress.filesBelow(folder.resolve("warehouse/bronze"))).isNotEmpty();
        assertThat(anyAddress.filesBelow(folder.resolve("warehouse/silver"))).isEmpty();
    }
}
