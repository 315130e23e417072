package dev.sluice.app.backfill;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.app.fault.Faults;
import dev.sluice.app.ingest.RecordLander;
import dev.sluice.app.kafka.Cluster;
import dev.sluice.app.kafka.PipelineTopics;
import dev.sluice.app.kafka.TopicReader;
import dev.sluice.app.model.ModelEngines;
import dev.sluice.app.retry.Pause;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.schemas.registry.SchemaRegistry;
import dev.sluice.sink.backfill.AffectedModels;
import dev.sluice.sink.backfill.Backfill;
import dev.sluice.sink.backfill.BackfillBatch;
import dev.sluice.sink.backfill.BackfillJob;
import dev.sluice.sink.backfill.BackfillLog;
import dev.sluice.sink.backfill.BatchCounts;
import dev.sluice.sink.backfill.BatchState;
import dev.sluice.sink.backfill.InProgress;
import dev.sluice.sink.backfill.StagedBranch;
import dev.sluice.sink.bronze.BronzeTables;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.model.EngineSettings;
import dev.sluice.sink.model.ModelEngine;
import dev.sluice.sink.model.ModelSet;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plans, runs and resumes backfills of a pipeline. It stands beside the service: the service's consumer group and its
 * leadership are not touched, and it may run or not. The clients stay the caller's to close.
 */
public final class BackfillService {
    private static final Logger LOG = LoggerFactory.getLogger(BackfillService.class);
    private static final int MOST_FAILURES_IN_A_ROW = 3;
    private static final int COMMIT_ATTEMPTS = 2;
    private static final int LONGEST_ERROR = 500;

    private final SluiceConfig config;
    private final Cluster cluster;
    private final Catalog catalog;
    private final SchemaRegistry registry;
    private final ModelSet models;
    private final InstantSource clock;
    private final Faults faults;
    private final TopicReader topics;
    private final BackfillLog log;
    private final Pause pause = new Pause();

    public BackfillService(
            SluiceConfig config,
            Cluster cluster,
            Catalog catalog,
            SchemaRegistry registry,
            ModelSet models,
            InstantSource clock,
            Faults faults) {
        this.config = config;
        this.cluster = cluster;
        this.catalog = catalog;
        this.registry = registry;
        this.models = models;
        this.clock = clock;
        this.faults = faults;
        this.topics = new TopicReader(config.kafka(), clock);
        this.log = new BackfillLog(catalog);
    }

    /** Says what a backfill would do, and changes nothing. */
    public BackfillPlan plan(BackfillRequest request) {
        return new BackfillPlanner(config, cluster, catalog, models, topics, clock).plan(request);
    }

    /** Enters a plan in the log and does it. */
    public Backfill run(BackfillPlan plan, RunLimits limits, BackfillProgress progress) {
        if (plan.isEmpty()) {
            return plan.backfill();
        }
        log.enter(plan.backfill());
        return resume(plan.backfill().job().id(), limits, progress);
    }

    /**
     * Does the batches that are not done: planned, failed, or under way when their process died. A batch that fails is
     * entered as failed and the next ones are done, unless several fail in a row.
     *
     * @throws SluiceException {@code BACKFILL_UNKNOWN}; {@code BACKFILL_HELD}
     */
    public Backfill resume(String id, RunLimits limits, BackfillProgress progress) {
        Backfill backfill = log.require(id);
        if (backfill.open().isEmpty()) {
            return backfill;
        }
        try (BackfillLock lock = BackfillLock.hold(config.data(), id)) {
            return work(lock, log.require(id), limits, progress);
        }
    }

    /** Ends a run after the batch that it is at. Returns at once. */
    public void stop() {
        pause.stop();
    }

    /**
     * Gives up the batches that are not done, staged ones among them. What was done stays; a run of it elsewhere ends
     * after its batch.
     *
     * @throws SluiceException {@code BACKFILL_UNKNOWN}
     */
    public Backfill cancel(String id) {
        Backfill cancelled = log.cancel(id);
        new InProgress(catalog).clear(id, tables(cancelled.job()));
        dropBranch(cancelled.job());
        return cancelled;
    }

    public List<Backfill> list() {
        return log.list();
    }

    /**
     * One backfill with its batches.
     *
     * @throws SluiceException {@code BACKFILL_UNKNOWN}
     */
    public Backfill show(String id) {
        return log.require(id);
    }

    private Backfill work(BackfillLock lock, Backfill backfill, RunLimits limits, BackfillProgress progress) {
        BackfillJob job = backfill.job();
        SourceConfig source = source(job);
        new PipelineTopics(cluster).ensure(config);
        InProgress marks = new InProgress(catalog);
        DeadOffsets dead = new DeadOffsets(cluster, topics, source.topic(), source.dlq());
        RecordLander lander = new RecordLander(config, source, registry, new BronzeTables(catalog), clock, pause);
        lander.prepare();
        marks.mark(job.id(), tables(job));
        AffectedModels affected = AffectedModels.of(models, job.table(), job.models());
        Throttle throttle = new Throttle(limits.maxRate(), pause, clock);
        Patience patience = new Patience(pause);
        try (ModelEngine engine = ModelEngines.open(
                        config,
                        catalog,
                        new EngineSettings(lock.folder(), limits.memory(), limits.threads(), COMMIT_ATTEMPTS),
                        clock,
                        TableFaults.none());
                DeadLetterSender sender = new DeadLetterSender(config, source, job.id(), cluster, dead, pause)) {
            BatchWork work;
            if (job.isAtomic()) {
                BatchStager stager =
                        new BatchStager(job, catalog, cluster, topics, lander, dead, sender, throttle, faults);
                work = (batch, last) -> batch.staged(stager.run(batch), clock.instant());
            } else {
                BatchRunner runner = new BatchRunner(
                        job, catalog, cluster, topics, lander, dead, sender, affected, engine, throttle, patience,
                        pause, faults);
                work = (batch, last) -> batch.done(runner.run(batch, models(job, last)), clock.instant());
            }
            batches(backfill, work, () -> marks.mark(job.id(), tables(job)), progress);
            if (job.isAtomic() && !pause.isStopped()) {
                BackfillPublisher publisher = new BackfillPublisher(
                        job,
                        catalog,
                        affected,
                        engine,
                        new EngineSettings(
                                lock.folder().resolve("rehearsal-engine"), limits.memory(), limits.threads(), 1),
                        lock.folder().resolve("rehearsal"),
                        patience,
                        pause,
                        clock,
                        faults);
                publish(publisher, log.require(job.id()), progress);
            }
        } finally {
            if (!log.require(job.id()).inProgress()) {
                marks.clear(job.id(), tables(job));
                dropBranch(job);
            }
        }
        return log.require(job.id());
    }

    private void batches(Backfill backfill, BatchWork work, Runnable mark, BackfillProgress progress) {
        int failuresInARow = 0;
        boolean first = true;
        List<BackfillBatch> open = backfill.open().stream()
                .filter(batch -> batch.state() != BatchState.STAGED)
                .toList();
        for (BackfillBatch batch : open) {
            if (pause.isStopped() || failuresInARow == MOST_FAILURES_IN_A_ROW) {
                return;
            }
            BackfillBatch started = batch.started(clock.instant());
            Backfill now = log.update(backfill.job().id(), started);
            BatchState state = now.batches().get(batch.number() - 1).state();
            if (state == BatchState.CANCELLED) {
                return;
            }
            if (state == BatchState.DONE) {
                continue;
            }
            progress.started(now, started);
            BackfillBatch ended = end(work, started, batch.equals(open.get(open.size() - 1)));
            if (first) {
                // Tables of models may be there only now.
                mark.run();
                first = false;
            }
            failuresInARow = ended.state() == BatchState.FAILED ? failuresInARow + 1 : 0;
            progress.ended(log.update(backfill.job().id(), ended), ended);
        }
    }

    /**
     * Rows that were wrong may have left traces that no newer row takes away, so the models are made anew in the end.
     */
    private static BatchRunner.Models models(BackfillJob job, boolean last) {
        if (!job.overwrites()) {
            return BatchRunner.Models.SHOWN;
        }
        return last ? BatchRunner.Models.REMADE : BatchRunner.Models.WAITING;
    }

    private BackfillBatch end(BatchWork work, BackfillBatch batch, boolean last) {
        try {
            return work.end(batch, last);
        } catch (RuntimeException e) {
            // Whatever it was, the batch is not done, and resuming it is safe.
            LOG.atWarn()
                    .addKeyValue("batch", batch.number())
                    .addKeyValue("attempts", batch.attempts())
                    .setCause(e)
                    .log("a batch of a backfill failed");
            return batch.failed(reason(e), clock.instant());
        }
    }

    /** Publishes when every batch is staged; a failure is entered at the last batch. */
    private void publish(BackfillPublisher publisher, Backfill backfill, BackfillProgress progress) {
        if (backfill.open().isEmpty() || backfill.open().size() != backfill.count(BatchState.STAGED)) {
            return;
        }
        String id = backfill.job().id();
        BackfillBatch last = backfill.open().get(backfill.open().size() - 1);
        try {
            Optional<Map<String, Long>> changed = publisher.publish(backfill);
            if (changed.isEmpty()) {
                stageAgain(backfill, last, progress);
                return;
            }
            for (BackfillBatch batch : backfill.open()) {
                BatchCounts counts = batch.equals(last) ? batch.counts().changing(changed.get()) : batch.counts();
                log.update(id, batch.done(counts, clock.instant()));
            }
            progress.ended(log.require(id), last);
        } catch (RuntimeException e) {
            LOG.atWarn().addKeyValue("backfill", id).setCause(e).log("a backfill could not be published");
            BackfillBatch staged = last.unpublished(reason(e));
            progress.ended(log.update(id, staged), staged);
        }
    }

    private void stageAgain(Backfill backfill, BackfillBatch last, BackfillProgress progress) {
        dropBranch(backfill.job());
        for (BackfillBatch batch : backfill.open()) {
            log.update(backfill.job().id(), batch.again());
        }
        BackfillBatch failed = last.failed(
                "another backfill has landed a part of what was staged; resume it to stage the rest", clock.instant());
        progress.ended(log.update(backfill.job().id(), failed), failed);
    }

    private void dropBranch(BackfillJob job) {
        TableIdentifier bronze = TableIdentifier.parse(job.table());
        if (job.isAtomic() && catalog.tableExists(bronze)) {
            new StagedBranch(catalog.loadTable(bronze), job.id()).drop();
        }
    }

    private static String reason(RuntimeException e) {
        String reason = e instanceof SluiceException ? String.valueOf(e.getMessage()) : e.toString();
        return reason.length() > LONGEST_ERROR ? reason.substring(0, LONGEST_ERROR) + "…" : reason;
    }

    private SourceConfig source(BackfillJob job) {
        return config.sources().stream()
                .filter(source -> source.name().equals(job.source()))
                .findFirst()
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.CONFIG_INVALID,
                        "Cannot resume backfill %s: the configuration has no source '%s' any more"
                                .formatted(job.id(), job.source())));
    }

    private static List<String> tables(BackfillJob job) {
        List<String> tables = new ArrayList<>(List.of(job.table()));
        tables.addAll(job.models());
        return tables;
    }
}
