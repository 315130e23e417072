package dev.sluice.embedded.bench;

import dev.sluice.app.config.ConfigFile;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.kafka.Cluster;
import dev.sluice.app.service.Catalogs;
import dev.sluice.embedded.Sluice;
import dev.sluice.error.SluiceException;
import dev.sluice.load.KafkaLoad;
import dev.sluice.load.LoadSpec;
import dev.sluice.load.SchemaIds;
import dev.sluice.load.Skip;
import dev.sluice.schemas.registry.SchemaRegistry;
import dev.sluice.sink.table.Namespaces;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;

/** Lands one preloaded topic by each contestant in turn, one JVM at a time beside the platform's. */
final class LandingBench {
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final String TOPIC = "orders";

    private final BenchOptions options;
    private final Clock clock;
    private final Consumer<String> progress;
    private final String run;
    private final List<Measurement> measured = new ArrayList<>();

    LandingBench(BenchOptions options, Clock clock, Consumer<String> progress) {
        this.options = options;
        this.clock = clock;
        this.progress = progress;
        this.run = Long.toString(clock.millis() / 1000, 36);
    }

    List<Measurement> run() {
        Path folder = options.folder().resolve("landing");
        try (BenchPlatform platform = BenchPlatform.start(folder)) {
            Map<String, String> environment = platform.environment(
                    options.folder().resolve("runs").resolve(run).resolve("service"));
            SluiceConfig config = ConfigFile.load(options.config(), environment);
            preload(config);
            try (Catalogs catalogs = Catalogs.open(config.catalog())) {
                Catalog catalog = catalogs.catalog();
                for (Contestant contestant : Contestant.values()) {
                    if (options.contestants().contains(contestant)) {
                        progress.accept("Landing it by " + contestant.label() + " ...");
                        add(contestant, () -> measure(contestant, platform, environment, catalog));
                    }
                }
            }
        }
        return measured;
    }

    /** One that cannot be measured is told of and does not cost the others their figures. */
    private void add(Contestant contestant, Supplier<Measurement> measuring) {
        try {
            measured.add(measuring.get());
        } catch (SluiceException e) {
            progress.accept("Not measured: " + contestant.label() + ": " + e.getMessage());
        }
    }

    private Measurement measure(
            Contestant contestant, BenchPlatform platform, Map<String, String> environment, Catalog catalog) {
        String table = "bronze." + contestant.name().toLowerCase(Locale.ROOT) + "_" + run;
        Path logs = options.folder().resolve("runs").resolve(run);
        Path file = new BenchConfig(options.config(), logs)
                .landingOnly("bench-" + contestant.label() + "-" + run, TOPIC, table);
        Meter meter = new Meter(options.load().events(), LIMIT);
        LandedTable landed = new LandedTable(catalog, table);
        return switch (contestant) {
            case SERVICE -> {
                List<String> command =
                        ChildJvm.ours(options.javaFlags("service"), Sluice.class, "run", "--config", file.toString());
                try (ChildJvm process = ChildJvm.start("service", logs, command, environment)) {
                    yield meter.measure(process, contestant.label(), landed::rows, landed::output);
                }
            }
            case FLOOR -> {
                List<String> command = ChildJvm.ours(
                        options.javaFlags("floor"),
                        FloorMain.class,
                        file.toString(),
                        Long.toString(options.load().events()));
                try (ChildJvm process = ChildJvm.start("floor", logs, command, environment)) {
                    FloorLog log = new FloorLog(process.log());
                    yield meter.measure(process, contestant.label(), log::rows, log::output);
                }
            }
            case CONNECT -> {
                Namespaces.ensure(catalog, Namespace.of("bronze"));
                createControlTopic(environment, ConnectSink.controlTopic(run));
                try (ConnectSink sink =
                        ConnectSink.start(platform.endpoints(), options, logs, TOPIC, table, run, progress)) {
                    yield meter.measure(sink.process(), contestant.label(), landed::rows, landed::output);
                }
            }
        };
    }

    /** The sink expects its control topic to be there, and ends when the broker does not make it fast enough. */
    private void createControlTopic(Map<String, String> environment, String topic) {
        try (Cluster cluster =
                Cluster.open(ConfigFile.load(options.config(), environment).kafka())) {
            cluster.createTopic(topic, 1, (short) 1, Map.of());
        }
    }

    /** Fills the topic once; a later run on the same folder finds it full. */
    private void preload(SluiceConfig config) {
        LoadSpec spec = options.load();
        KafkaLoad load = new KafkaLoad(config.kafka(), TOPIC, clock);
        load.ensureTopic(spec);
        Skip there = load.alreadyThere(spec);
        if (there.total() >= spec.events()) {
            progress.accept("The topic holds %,d events already.".formatted(spec.events()));
            return;
        }
        progress.accept("Filling the topic with %,d events ...".formatted(spec.events()));
        try (SchemaRegistry registry = SchemaRegistry.from(config.registry())) {
            load.produce(spec, SchemaIds.register(registry, spec), there, sent -> {});
        }
    }

    /** Who is measured. */
    enum Contestant {
        SERVICE,
        FLOOR,
        CONNECT;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
