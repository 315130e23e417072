package dev.sluice.app.twin;

import dev.sluice.app.commit.BronzeRound;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.kafka.Cluster;
import dev.sluice.app.retry.Pause;
import dev.sluice.sink.bronze.BronzeCommit;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.apache.iceberg.catalog.Catalog;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the dead-letter tables of a pipeline up to date, as a step of the commit rounds. A round that brought no dead
 * letter costs nothing; the first round of a leader looks in any case.
 */
public final class DeadLetterTwins implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final SluiceConfig config;
    private final List<DeadLetterTwin> twins;
    private final InstantSource clock;
    private final Pause pause = new Pause();
    private @Nullable Cluster cluster;
    private @Nullable DeadLetterFeed feed;

    public DeadLetterTwins(SluiceConfig config, Catalog catalog, InstantSource clock) {
        this.config = config;
        this.clock = clock;
        this.twins = config.sources().stream()
                .map(source -> new DeadLetterTwin(source, catalog, clock))
                .toList();
    }

    /**
     * Lands the dead letters of a round.
     *
     * @throws dev.sluice.error.SluiceException as the bronze commits do
     */
    public void land(BronzeRound round) {
        for (DeadLetterTwin twin : twins) {
            BronzeCommit commit = round.commits().get(twin.source().table());
            if (round.commits().isEmpty()) {
                land(twin, round, 0);
            } else if (commit != null && commit.counts().deadLetters() > 0) {
                land(twin, round, commit.ledger().counts().deadLetters());
            }
        }
    }

    /**
     * An announcement can be seen a moment before the dead letters of its transaction can, so those that bronze counts
     * and a transaction still hides are waited for. What is missed all the same comes with a later round.
     */
    private void land(DeadLetterTwin twin, BronzeRound round, long expected) {
        Instant deadline = clock.instant().plus(PATIENCE);
        while (round.leadership().isHeld()) {
            DeadLetterTwin.Progress progress = twin.land(cluster(), feed());
            boolean complete = !progress.hidden() || progress.rows() >= expected;
            if (complete || clock.instant().isAfter(deadline) || !pause.await(LOOK)) {
                return;
            }
        }
    }

    private Cluster cluster() {
        Cluster open = cluster;
        if (open == null) {
            open = Cluster.open(config.kafka());
            cluster = open;
        }
        return open;
    }

    private DeadLetterFeed feed() {
        DeadLetterFeed open = feed;
        if (open == null) {
            open = new DeadLetterFeed(config.kafkaWith(java.util.Map.of()));
            feed = open;
        }
        return open;
    }

    /** To be called when no round runs any more. */
    @Override
    public void close() {
        pause.stop();
        if (feed != null) {
            feed.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }
}
