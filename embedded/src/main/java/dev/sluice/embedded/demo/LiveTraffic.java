package dev.sluice.embedded.demo;

import dev.sluice.load.EventClock;
import dev.sluice.load.KafkaLoad;
import dev.sluice.load.LoadSpec;
import dev.sluice.load.SchemaIds;
import dev.sluice.load.Skip;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** Small loads one after the other, at a steady rate, until it is told to end; each one can be computed again. */
final class LiveTraffic implements AutoCloseable {
    private static final int SECONDS_PER_LOAD = 4;

    private final KafkaLoad load;
    private final LoadSpec like;
    private final SchemaIds ids;
    private final List<LoadSpec> produced = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> running;
    private volatile boolean stopped;

    private LiveTraffic(KafkaLoad load, LoadSpec like, SchemaIds ids) {
        this.load = load;
        this.like = like;
        this.ids = ids;
        this.running = CompletableFuture.runAsync(this::produce, work -> new Thread(work, "sluice-live").start());
    }

    /** @param like says the partitions, the rate, the clock and the first seed */
    static LiveTraffic start(KafkaLoad load, LoadSpec like, SchemaIds ids) {
        return new LiveTraffic(load, like, ids);
    }

    private void produce() {
        for (int nth = 1; !stopped; nth++) {
            long events = Math.max(10, like.rate() * SECONDS_PER_LOAD);
            LoadSpec next = like.withEvents(events)
                    .withOrders((int) Math.max(1, events / 5))
                    .withSeed(like.seed() + nth)
                    .withClock(new EventClock(like.clock().start(), Duration.ofHours(1)));
            load.produce(next, ids, Skip.nothing(next), sent -> {});
            produced.add(next);
        }
    }

    /** What was produced in full so far. */
    List<LoadSpec> produced() {
        return produced;
    }

    /** Ends after the load that it is at; throws what producing failed with. */
    @Override
    public void close() {
        stopped = true;
        running.join();
    }
}
