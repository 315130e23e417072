package dev.sluice.embedded.bench;

import dev.sluice.app.config.ConfigFile;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.service.Catalogs;
import dev.sluice.embedded.Sluice;
import dev.sluice.load.KafkaLoad;
import dev.sluice.load.LoadSpec;
import dev.sluice.load.SchemaIds;
import dev.sluice.load.Skip;
import dev.sluice.schemas.registry.SchemaRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Lands a steady stream with the whole service and tells how old its records are when each layer shows them. */
final class FreshnessBench {
    private static final String TOPIC = "orders";
    private static final int WARM_UP_SECONDS = 15;

    private final BenchOptions options;
    private final int rate;
    private final int seconds;
    private final Clock clock;
    private final Consumer<String> progress;

    FreshnessBench(BenchOptions options, int rate, int seconds, Clock clock, Consumer<String> progress) {
        this.options = options;
        this.rate = rate;
        this.seconds = seconds;
        this.clock = clock;
        this.progress = progress;
    }

    /** Delays by layer. */
    Map<String, Delays> run() {
        Path folder = options.folder().resolve("freshness-" + Long.toString(clock.millis() / 1000, 36));
        try (BenchPlatform platform = BenchPlatform.start(folder.resolve("platform"))) {
            Map<String, String> environment = platform.environment(folder.resolve("service"));
            Path file = new BenchConfig(options.config(), folder).withModels("freshness", TOPIC);
            SluiceConfig config = ConfigFile.load(file, environment);
            AppendTimes times =
                    AppendTimes.createTopic(config, TOPIC, options.load().partitions());
            var command =
                    ChildJvm.ours(options.javaFlags("freshness"), Sluice.class, "run", "--config", file.toString());
            try (ChildJvm service = ChildJvm.start("freshness", folder, command, environment);
                    Catalogs catalogs = Catalogs.open(config.catalog())) {
                progress.accept("A steady stream of %,d events/s for %d s, after %d s of warm-up ..."
                        .formatted(rate, seconds, WARM_UP_SECONDS));
                Visibility visibility = new Visibility(catalogs.catalog(), config, clock);
                CompletableFuture<Void> producing = CompletableFuture.runAsync(() -> produce(config));
                return visibility.watch(service, producing, times, WARM_UP_SECONDS);
            }
        }
    }

    private void produce(SluiceConfig config) {
        long events = (long) rate * (seconds + WARM_UP_SECONDS);
        LoadSpec spec = options.load()
                .withEvents(events)
                .withOrders((int) Math.max(1, events / 5))
                .withRate(rate);
        try (SchemaRegistry registry = SchemaRegistry.from(config.registry())) {
            new KafkaLoad(config.kafka(), TOPIC, clock)
                    .produce(spec, SchemaIds.register(registry, spec), Skip.nothing(spec), sent -> {});
        }
    }
}
