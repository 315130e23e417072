package dev.sluice.app.commit;

import dev.sluice.app.commit.CommitStatus.Role;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.app.fault.Faults;
import dev.sluice.app.kafka.Cluster;
import dev.sluice.app.kafka.PipelineTopics;
import dev.sluice.app.retry.Backoff;
import dev.sluice.app.retry.Pause;
import dev.sluice.app.retry.Retry;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.iceberg.catalog.Catalog;
import org.jspecify.annotations.Nullable;

/**
 * Commits announced files to the bronze tables and then runs what is downstream, at an interval, as long as this
 * process leads. {@link #run()} blocks and ends normally after {@link #close()}; it throws when committing cannot go
 * on. The catalog stays the caller's to close.
 *
 * <p>Two threads: the caller's reads announcements and keeps the membership alive, a worker commits, so that a long
 * model run does not cost the leadership.
 */
public final class CommitLoop implements Runnable, AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final SluiceConfig config;
    private final InstantSource clock;
    private final Pause pause = new Pause();
    private final CommitStatistics statistics;
    private final CommitRounds rounds;
    private final Deque<AnnouncedBatch> waiting = new ArrayDeque<>();
    private @Nullable Term term;

    /** One leadership from its start, which is set when the ledgers were read. */
    private static final class Term {
        final Leadership leadership;

        @Nullable
        Future<Optional<CommitRounds.Start>> starting;

        CommitRounds.@Nullable Start start;

        @Nullable
        Future<Boolean> round;

        int inRound;
        boolean behind = true;
        Instant lastRound = Instant.EPOCH;

        Term(Leadership leadership) {
            this.leadership = leadership;
        }
    }

    public CommitLoop(
            SluiceConfig config, Catalog catalog, AfterBronze afterBronze, InstantSource clock, Faults faults) {
        this.config = config;
        this.clock = clock;
        this.statistics = new CommitStatistics(clock);
        this.rounds = new CommitRounds(
                config.sources().stream().map(SourceConfig::table).toList(),
                new BronzeCatalog(catalog, faults),
                afterBronze,
                statistics,
                config.commit().giveUpAfter(),
                pause,
                clock,
                faults);
    }

    /**
     * Commits until closed.
     *
     * @throws SluiceException when a ledger and the announcements contradict each other, a source was recreated, a
     *     model is wrong, or a neighbour stays away for too long
     */
    @Override
    public void run() {
        Retry patience = new Retry(config.commit().giveUpAfter(), Backoff.STANDARD, pause, clock);
        if (!patience.done("the topic of announcements before committing", this::ensureAnnouncements)) {
            return;
        }
        ExecutorService worker = Executors.newSingleThreadExecutor(task -> new Thread(task, "sluice-committer"));
        try (AnnouncementFeed feed = new AnnouncementFeed(config)) {
            while (!pause.isStopped()) {
                turn(feed, worker);
            }
        } finally {
            pause.stop();
            statistics.role(Role.STOPPED, 0);
            worker.shutdown();
            awaitEnd(worker);
        }
    }

    private void ensureAnnouncements() {
        try (Cluster cluster = Cluster.open(config.kafka())) {
            new PipelineTopics(cluster).ensureAnnouncements((short) -1);
        }
    }

    /** How this committer stands. */
    public CommitStatus status() {
        return statistics.status();
    }

    /** Asks {@link #run()} to finish its step, give up the leadership and end. Returns at once. */
    @Override
    public void close() {
        pause.stop();
    }

    private void turn(AnnouncementFeed feed, ExecutorService worker) {
        List<AnnouncedBatch> read = feed.poll(POLL);
        statistics.reachable(feed.isConnected());
        Leadership leadership = feed.leadership();
        Term current = term;
        if (leadership == null || current == null || current.leadership != leadership) {
            waiting.clear();
            current = leadership == null ? null : new Term(leadership);
            term = current;
            statistics.role(current == null ? Role.STANDBY : Role.STARTING, 0);
            statistics.pending(0);
        }
        if (current == null) {
            return;
        }
        CommitRounds.Start start = current.start;
        if (start == null) {
            begin(current, feed, worker);
            return;
        }
        read.stream()
                .filter(batch -> !start.holds(batch.announcement().table(), batch.offset()))
                .forEach(waiting::add);
        finishRound(current);
        startRound(current, start, worker);
        limitReading(feed);
        statistics.pending(waiting.size()
                + current.inRound
                + feed.lag().orElse(1)
                + (current.behind && current.round == null ? 1 : 0));
    }

    private void begin(Term current, AnnouncementFeed feed, ExecutorService worker) {
        Future<Optional<CommitRounds.Start>> starting = current.starting;
        if (starting == null) {
            current.starting = worker.submit(() -> rounds.start(current.leadership));
            return;
        }
        if (starting.isDone()) {
            Optional<CommitRounds.Start> start = result(starting);
            start.ifPresent(found -> {
                feed.seek(found.offset());
                current.start = found;
                statistics.role(Role.LEADING, found.epoch());
            });
        }
    }

    private static void finishRound(Term current) {
        Future<Boolean> round = current.round;
        if (round != null && round.isDone()) {
            current.behind = !result(round);
            current.round = null;
            current.inRound = 0;
        }
    }

    /** A new leader's first round is run even without announcements, for the models to catch up. */
    private void startRound(Term current, CommitRounds.Start start, ExecutorService worker) {
        Instant now = clock.instant();
        // A clock that was set back must not hold up commits until it has caught up.
        boolean due = now.isBefore(current.lastRound)
                || !now.isBefore(current.lastRound.plus(config.commit().interval()));
        if (current.round != null || !due || (waiting.isEmpty() && !current.behind)) {
            return;
        }
        List<AnnouncedBatch> batches = new ArrayList<>();
        while (batches.size() < config.commit().maxBatches() && !waiting.isEmpty()) {
            batches.add(waiting.remove());
        }
        current.inRound = batches.size();
        current.lastRound = now;
        current.round = worker.submit(() -> rounds.commit(current.leadership, start, batches));
    }

    private void limitReading(AnnouncementFeed feed) {
        if (waiting.size() > 2 * config.commit().maxBatches()) {
            feed.pause();
        } else {
            feed.resume();
        }
    }

    private static <T> T result(Future<T> done) {
        try {
            return done.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SluiceException failure) {
                throw failure;
            }
            throw new SluiceException(ErrorCode.BUG, "Cannot commit announced files: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SluiceException(ErrorCode.BUG, "Cannot wait for a commit: interrupted", e);
        }
    }

    /** A commit under way is let finish: to stop in the middle of it would only leave its outcome unknown. */
    private static void awaitEnd(ExecutorService worker) {
        try {
            if (!worker.awaitTermination(8, java.util.concurrent.TimeUnit.SECONDS)) {
                worker.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            worker.shutdownNow();
        }
    }
}
