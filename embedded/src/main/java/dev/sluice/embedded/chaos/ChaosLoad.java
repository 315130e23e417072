package dev.sluice.embedded.chaos;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.retry.Backoff;
import dev.sluice.app.retry.Pause;
import dev.sluice.app.retry.Retry;
import dev.sluice.load.ExpectedTables;
import dev.sluice.load.KafkaLoad;
import dev.sluice.load.LoadSpec;
import dev.sluice.load.SchemaIds;
import dev.sluice.schemas.registry.SchemaRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** Loads of known content, one after the other on a thread of its own, until asked to end. */
final class ChaosLoad {
    private static final String TRANSACTIONAL_ID = "sluice-chaos-load";
    private static final Duration TOPIC_PATIENCE = Duration.ofSeconds(30);

    private final SluiceConfig config;
    private final LoadSpec first;
    private final KafkaLoad load;
    private final InstantSource clock;
    private final List<LoadSpec> done = new ArrayList<>();
    private final AtomicLong sent = new AtomicLong();
    private volatile boolean ending;

    ChaosLoad(SluiceConfig config, LoadSpec first, InstantSource clock) {
        this.config = config;
        this.first = first;
        this.clock = clock;
        this.load = new KafkaLoad(config.kafka(), config.sources().get(0).topic(), clock);
    }

    /** Makes the topic; answers how many records were in it before. */
    long prepare() {
        load.ensureTopic(first);
        // A topic that was just made is not known everywhere at once.
        return new Retry(TOPIC_PATIENCE, Backoff.STANDARD, new Pause(), clock)
                .call("the load's topic", () -> load.alreadyThere(first).total());
    }

    /** Begins to produce. The future ends after {@link #end()}, with what the tables must hold. */
    CompletableFuture<ExpectedTables> start() {
        CompletableFuture<ExpectedTables> expected = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        expected.complete(produce());
                    } catch (RuntimeException | Error e) {
                        expected.completeExceptionally(e);
                    }
                },
                "sluice-chaos-load");
        thread.setDaemon(true);
        thread.start();
        return expected;
    }

    private ExpectedTables produce() {
        try (SchemaRegistry registry = SchemaRegistry.from(config.registry())) {
            SchemaIds ids = SchemaIds.register(registry, first);
            do {
                LoadSpec next = first.withSeed(first.seed() + done.size());
                long before = sent.get();
                load.produceInTransactions(
                        next, ids, TRANSACTIONAL_ID, progress -> sent.set(before + progress.records()));
                done.add(next);
            } while (!ending);
        }
        return ExpectedTables.of(done.toArray(LoadSpec[]::new));
    }

    /** Records produced so far. */
    long sent() {
        return sent.get();
    }

    /** Asks for the end, which comes with that of the load under way. */
    void end() {
        ending = true;
    }
}
