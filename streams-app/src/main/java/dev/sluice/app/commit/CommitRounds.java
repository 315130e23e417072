package dev.sluice.app.commit;

import dev.sluice.app.fault.FaultPoint;
import dev.sluice.app.fault.Faults;
import dev.sluice.app.retry.Backoff;
import dev.sluice.app.retry.Pause;
import dev.sluice.error.ErrorKind;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.bronze.BronzeCommit;
import dev.sluice.sink.ledger.Ledger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work of a leader: finds out where to begin, then commits round by round. A failure that may pass is waited for as
 * long as the leadership lasts; a leader that was replaced stops between two steps.
 */
final class CommitRounds {
    private static final Logger LOG = LoggerFactory.getLogger(CommitRounds.class);

    private final List<String> tables;
    private final BronzeCatalog catalog;
    private final AfterBronze afterBronze;
    private final CommitStatistics statistics;
    private final Duration giveUpAfter;
    private final Pause pause;
    private final InstantSource clock;
    private final Faults faults;

    CommitRounds(
            List<String> tables,
            BronzeCatalog catalog,
            AfterBronze afterBronze,
            CommitStatistics statistics,
            Duration giveUpAfter,
            Pause pause,
            InstantSource clock,
            Faults faults) {
        this.tables = List.copyOf(tables);
        this.catalog = catalog;
        this.afterBronze = afterBronze;
        this.statistics = statistics;
        this.giveUpAfter = giveUpAfter;
        this.pause = pause;
        this.clock = clock;
        this.faults = faults;
    }

    /**
     * Where a leader begins.
     *
     * @param epoch greater than that of any commit before it; generations alone do not do, since Kafka forgets a group
     *     that was empty for long
     * @param held by table, the offset of the last announcement it has taken in
     */
    record Start(long epoch, Map<String, Long> held) {
        /** The first announcement that a table may not hold. */
        long offset() {
            return held.values().stream().mapToLong(Long::longValue).min().orElse(Ledger.NO_ANNOUNCEMENT) + 1;
        }

        boolean holds(String table, long offset) {
            return offset <= held.getOrDefault(table, Ledger.NO_ANNOUNCEMENT);
        }
    }

    /** Reads the ledgers, and lets the models catch up. Empty when the leadership ended meanwhile. */
    Optional<Start> start(Leadership leadership) {
        return patiently(leadership, () -> {
            long epoch = leadership.generation();
            Map<String, Long> held = new LinkedHashMap<>();
            for (String table : tables) {
                Ledger ledger = catalog.ledger(table).orElse(Ledger.EMPTY);
                epoch = Math.max(epoch, ledger.epoch() + 1);
                held.put(table, ledger.announcementOffset());
            }
            return new Start(epoch, held);
        });
    }

    /**
     * Commits the announcements and runs what comes after. False when the leadership ended before everything was done.
     */
    boolean commit(Leadership leadership, Start start, List<AnnouncedBatch> announced) {
        Map<String, List<AnnouncedBatch>> byTable = new LinkedHashMap<>();
        for (AnnouncedBatch batch : announced) {
            byTable.computeIfAbsent(batch.announcement().table(), table -> new ArrayList<>())
                    .add(batch);
        }
        Map<String, BronzeCommit> commits = new LinkedHashMap<>();
        for (Map.Entry<String, List<AnnouncedBatch>> entry : byTable.entrySet()) {
            Optional<BronzeCommit> commit = patiently(leadership, () -> {
                faults.pass(FaultPoint.BEFORE_BRONZE_COMMIT);
                return catalog.commit(entry.getKey(), entry.getValue(), start.epoch());
            });
            if (commit.isEmpty()) {
                return false;
            }
            commits.put(entry.getKey(), commit.get());
            report(entry.getKey(), commit.get());
            faults.pass(FaultPoint.AFTER_BRONZE_COMMIT);
        }
        Optional<Boolean> done = patiently(leadership, () -> {
            faults.pass(FaultPoint.BEFORE_MODELS);
            CatalogFailures.guarded("models", "run what follows bronze", () -> {
                afterBronze.run(new BronzeRound(start.epoch(), commits, leadership));
                return true;
            });
            faults.pass(FaultPoint.AFTER_MODELS);
            return true;
        });
        if (done.isEmpty()) {
            return false;
        }
        statistics.roundEnded();
        return true;
    }

    private void report(String table, BronzeCommit commit) {
        statistics.committed(commit);
        LOG.atInfo()
                .addKeyValue("table", table)
                .addKeyValue("snapshot", commit.snapshotId())
                .addKeyValue("rows", commit.counts().landed())
                .addKeyValue("files", commit.files())
                .addKeyValue("ranges", commit.appended().size())
                .addKeyValue("duplicates", commit.duplicates().size())
                .log("bronze committed");
    }

    private <T> Optional<T> patiently(Leadership leadership, Supplier<T> step) {
        for (int failures = 1; leadership.isHeld() && !pause.isStopped(); failures++) {
            try {
                return Optional.of(step.get());
            } catch (SluiceException e) {
                Instant since = statistics.failed(String.valueOf(e.getMessage()));
                boolean mayPass = e.kind() == ErrorKind.EXTERNAL || e.kind() == ErrorKind.CONFLICT;
                if (!mayPass || !clock.instant().isBefore(since.plus(giveUpAfter))) {
                    throw e;
                }
                LOG.atWarn()
                        .addKeyValue("code", e.code().label())
                        .addKeyValue("failures", failures)
                        .addKeyValue("error", e.getMessage())
                        .log("a commit step failed, trying again");
                pause.await(Backoff.STANDARD.after(failures));
            }
        }
        return Optional.empty();
    }
}
