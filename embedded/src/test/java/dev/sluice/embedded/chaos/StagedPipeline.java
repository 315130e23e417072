package dev.sluice.embedded.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.app.audit.AuditReport;
import dev.sluice.app.cli.EnvironmentFile;
import dev.sluice.app.config.ConfigFile;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.kafka.Cluster;
import dev.sluice.app.service.Part;
import dev.sluice.app.status.PipelineStatus;
import dev.sluice.app.status.StatusReader;
import dev.sluice.embedded.catalog.EmbeddedCatalog;
import dev.sluice.embedded.demo.PipelineProof;
import dev.sluice.embedded.ingest.Await;
import dev.sluice.load.ExpectedTables;
import dev.sluice.load.KafkaLoad;
import dev.sluice.load.LoadSpec;
import dev.sluice.load.Skip;
import dev.sluice.sink.audit.AuditLine;
import dev.sluice.sink.model.ModelSet;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;

/** The shipped pipeline under a name of its own, and its judge. */
final class StagedPipeline implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    /** Longer than a busy machine lets a process wait for its turn. */
    private static final Duration SESSION = Duration.ofMillis(1500);

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final LoadSpec LOAD =
            LoadSpec.defaults().withEvents(300).withOrders(60).withPartitions(2);

    private final Stage stage;
    private final String name;
    private final Path folder;
    private final EmbeddedCatalog catalogServer;
    private final CatalogProxy proxy;
    private final Catalog catalog;
    private final Map<String, String> variables;
    private final InstanceConfig configs;
    private final ModelSet models;
    private final List<LoadSpec> loads = new ArrayList<>();

    StagedPipeline(Stage stage, String name, Path folder) {
        this.stage = stage;
        this.name = name;
        this.folder = folder;
        try {
            Files.createDirectories(folder);
            this.catalogServer = EmbeddedCatalog.start(folder.resolve("catalog.db"), folder.resolve("warehouse"), 0);
            this.proxy = new CatalogProxy(catalogServer.uri());
            this.catalog = CatalogUtil.buildIcebergCatalog("judge", catalogServer.clientProperties(), null);
            this.variables = Map.of(
                    "SLUICE_BOOTSTRAP_SERVERS", stage.bootstrapServers(),
                    "SLUICE_REGISTRY_URL", stage.registryUrl(),
                    "SLUICE_CATALOG_URI", proxy.uri(),
                    "SLUICE_PII_KEY", "a key of the tests");
            EnvironmentFile.write(folder, variables);
            this.configs = new InstanceConfig(baseConfig(), SESSION);
            this.models = ModelSet.load(config("judge").models());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path baseConfig() throws IOException {
        Path shipped = Path.of("..", "sluice.yaml").toAbsolutePath().normalize();
        ObjectNode root = (ObjectNode) YAML.readTree(shipped.toFile());
        root.put("name", name);
        root.put("models", shipped.resolveSibling("models").toString());
        // The one source that the load is for.
        ObjectNode source = (ObjectNode) root.path("sources").path(0);
        root.putArray("sources").add(source.put("topic", name).put("dlq", name + ".dlq"));
        ((ObjectNode) root.path("catalog").path("properties"))
                .put("io-impl", TroubledFileIO.class.getName())
                .put(TroubledFileIO.FOLDER, folder.toString());
        return Files.writeString(folder.resolve("base.yaml"), YAML.writeValueAsString(root));
    }

    SluiceConfig config(String instance) {
        return ConfigFile.load(configs.write(instance, folder.resolve(instance)), variables);
    }

    String topic() {
        return name;
    }

    /** Between the service and its catalog. */
    CatalogProxy proxy() {
        return proxy;
    }

    /** The judge's own way to the tables. */
    Catalog catalog() {
        return catalog;
    }

    /** Where {@link TroubledFileIO} looks for its orders. */
    Path folder() {
        return folder;
    }

    ServiceProcess child(String instance, String faults, String... more) {
        Path config = configs.write(instance, folder.resolve(instance));
        return ServiceProcess.start(config, folder, faults, folder.resolve(instance + ".log"), more);
    }

    RunningService service(String instance) {
        return service(instance, Clock.systemUTC(), Set.of(Part.values()));
    }

    RunningService service(String instance, InstantSource clock, Set<Part> parts) {
        return new RunningService(config(instance), parts, clock);
    }

    /** Produces the next load, and returns when it is acknowledged. */
    void produce() {
        LoadSpec next = LOAD.withSeed(loads.size() + 1);
        KafkaLoad load = new KafkaLoad(Map.of("bootstrap.servers", stage.bootstrapServers()), name, Clock.systemUTC());
        load.ensureTopic(next);
        load.produce(next, stage.schemaIds(), Skip.nothing(next), progress -> {});
        loads.add(next);
    }

    void awaitCaughtUp(RunningService service) {
        try (Cluster cluster = cluster()) {
            StatusReader reader = new StatusReader(config("judge"), catalog, models, cluster);
            PipelineStatus[] last = new PipelineStatus[1];
            Await.until(
                    "the tables to catch up",
                    LIMIT,
                    () -> {
                        service.check();
                        last[0] = reader.read();
                        return last[0].caughtUp();
                    },
                    () -> String.valueOf(last[0]));
        }
    }

    Cluster cluster() {
        return Cluster.open(Map.of("bootstrap.servers", stage.bootstrapServers()));
    }

    /** Every record once, every row of every table as the seeds say, and nothing changes when it is offered again. */
    void prove() {
        AuditReport report = new PipelineProof(config("judge"), catalog, models, Clock.systemUTC())
                .run(ExpectedTables.of(loads.toArray(LoadSpec[]::new)));
        assertThat(report.lines().stream().filter(AuditLine::failed)).isEmpty();
        assertThat(report.checks()).isGreaterThan(10);
    }

    @Override
    public void close() throws IOException {
        proxy.close();
        if (catalog instanceof Closeable closeable) {
            closeable.close();
        }
        catalogServer.close();
    }
}
