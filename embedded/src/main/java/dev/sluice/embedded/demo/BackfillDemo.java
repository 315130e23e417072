package dev.sluice.embedded.demo;

import dev.sluice.app.audit.AuditReport;
import dev.sluice.app.audit.PipelineAudit;
import dev.sluice.app.backfill.BackfillProgress;
import dev.sluice.app.backfill.BackfillService;
import dev.sluice.app.backfill.RunLimits;
import dev.sluice.app.cli.BackfillBar;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.fault.FaultPoint;
import dev.sluice.app.fault.Faults;
import dev.sluice.app.kafka.Cluster;
import dev.sluice.app.service.Catalogs;
import dev.sluice.app.status.StatusReader;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.load.ExpectedTable;
import dev.sluice.load.ExpectedTables;
import dev.sluice.load.KafkaLoad;
import dev.sluice.load.LoadSpec;
import dev.sluice.load.SchemaIds;
import dev.sluice.load.Skip;
import dev.sluice.schemas.registry.SchemaRegistry;
import dev.sluice.sink.audit.AuditLine;
import dev.sluice.sink.backfill.Backfill;
import dev.sluice.sink.backfill.BackfillBatch;
import dev.sluice.sink.backfill.BatchState;
import dev.sluice.sink.bronze.BronzeTables;
import dev.sluice.sink.ledger.LedgerEntry;
import dev.sluice.sink.ledger.TableLedger;
import dev.sluice.sink.model.ModelSet;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * The proof of backfills: a topic with months of history, a live flow that began after it, and a backfill that is
 * killed, fails and is resumed beside that flow; in the end every row of every table is as the seeds say.
 */
final class BackfillDemo {
    static final String BEFORE = "before";
    static final String DURING = "during";

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration LOOK = Duration.ofMillis(250);
    private static final String MODEL = "silver.orders";

    private final PlatformSession session;
    private final LoadSpec history;
    private final LoadSpec live;
    private final Duration before;
    private final BackfillProcess process;
    private final PrintWriter err;
    private final Clock clock;

    /**
     * @param history what the topic held before the live flow began
     * @param live what the live flow is like
     * @param before how long its freshness is measured before the backfill
     */
    BackfillDemo(
            PlatformSession session,
            LoadSpec history,
            LoadSpec live,
            Duration before,
            BackfillProcess process,
            PrintWriter err,
            Clock clock) {
        this.session = session;
        this.history = history;
        this.live = live;
        this.before = before;
        this.process = process;
        this.err = err;
        this.clock = clock;
    }

    BackfillDemoResult run() {
        Instant start = clock.instant();
        SluiceConfig config = session.config();
        KafkaLoad load = new KafkaLoad(config.kafka(), config.sources().get(0).topic(), clock);
        ModelSet models = ModelSet.load(config.models());
        try (Cluster cluster = Cluster.open(config.kafka());
                Catalogs catalogs = Catalogs.open(config.catalog());
                SchemaRegistry registry = SchemaRegistry.from(config.registry())) {
            refuseOldTopic(cluster);
            say("Producing %,d events of history...".formatted(history.events()));
            load.ensureTopic(history);
            SchemaIds ids = SchemaIds.register(registry, history);
            load.produce(history, ids, Skip.nothing(history), sent -> {});
            liveFlowStartsHere(cluster, catalogs);
            say("Live flow: %,d events per second, begun where the history ends".formatted(live.rate()));
            StatusReader status = new StatusReader(config, catalogs.catalog(), models, cluster);
            Backfills backfills = new Backfills(config, cluster, catalogs, registry, models);
            try (RunningPipeline service = RunningPipeline.start(config, clock)) {
                List<LoadSpec> loads = new ArrayList<>(List.of(history));
                Backfill done;
                try (FreshnessMeter meter = FreshnessMeter.start(config, MODEL, catalogs.catalog(), cluster)) {
                    LiveTraffic traffic = LiveTraffic.start(load, live, ids);
                    try (traffic) {
                        await(
                                "the live flow's first rows",
                                service,
                                () -> catalogs.catalog().tableExists(TableIdentifier.parse(MODEL)));
                        meter.phase(BEFORE);
                        LockSupport.parkNanos(before.toNanos());
                        meter.phase(DURING);
                        done = backfills.run();
                        meter.phase("");
                    }
                    loads.addAll(traffic.produced());
                    await("the live flow's end", service, () -> status.read().caughtUp());
                    say("Proving it...");
                    AuditReport audit = prove(config, catalogs, loads, done, backfills.killed, backfills.failed);
                    return new BackfillDemoResult(
                            done,
                            audit,
                            meter.samples(BEFORE),
                            meter.samples(DURING),
                            Duration.between(start, clock.instant()));
                }
            }
        }
    }

    /** The backfill's own story: killed, failed, resumed. */
    private final class Backfills {
        private final SluiceConfig config;
        private final Cluster cluster;
        private final Catalogs catalogs;
        private final SchemaRegistry registry;
        private final ModelSet models;
        private int killed;
        private int failed;

        Backfills(SluiceConfig config, Cluster cluster, Catalogs catalogs, SchemaRegistry registry, ModelSet models) {
            this.config = config;
            this.cluster = cluster;
            this.catalogs = catalogs;
            this.registry = registry;
            this.models = models;
        }

        Backfill run() {
            say("sluice backfill run --batch-by day, killed in its 2nd batch...");
            process.killedAt(FaultPoint.BACKFILL_COMMITTED, 2);
            Backfill afterKill = service(Faults.none()).list().get(0);
            killed = afterKill.batches().stream()
                    .filter(batch -> batch.state() == BatchState.RUNNING)
                    .mapToInt(BackfillBatch::number)
                    .findFirst()
                    .orElse(-1);
            String id = afterKill.job().id();
            say("sluice backfill resume %s, one batch made to fail...".formatted(id));
            AtomicInteger passes = new AtomicInteger();
            Backfill afterFailure = service(point -> {
                        if (point == FaultPoint.BACKFILL_COMMITTED && passes.incrementAndGet() == 3) {
                            throw new SluiceException(ErrorCode.STORAGE_FAILED, "made to fail by the demo");
                        }
                    })
                    .resume(id, RunLimits.defaults(), progress());
            failed = afterFailure.open().stream()
                    .mapToInt(BackfillBatch::number)
                    .findFirst()
                    .orElse(-1);
            say("sluice backfill resume %s, for the %d batch that is left..."
                    .formatted(id, afterFailure.open().size()));
            return service(Faults.none()).resume(id, RunLimits.defaults(), progress());
        }

        private BackfillService service(Faults faults) {
            return new BackfillService(config, cluster, catalogs.catalog(), registry, models, clock, faults);
        }

        private BackfillProgress progress() {
            return new BackfillBar(err);
        }
    }

    private AuditReport prove(
            SluiceConfig config, Catalogs catalogs, List<LoadSpec> loads, Backfill done, int killed, int failed) {
        ExpectedTables expected = ExpectedTables.of(loads.toArray(LoadSpec[]::new));
        List<AuditLine> proof = new ArrayList<>();
        for (ExpectedTable table :
                List.of(expected.silverOrders(), expected.goldOrders(), expected.goldRevenueDaily())) {
            proof.add(new TableProof(catalogs.catalog().loadTable(TableIdentifier.parse(table.name())), table).check());
        }
        proof.addAll(new LandedProof(config, catalogs.catalog(), expected, clock).check());
        String promise = "A killed or failed batch is redone alone";
        String id = done.job().id();
        long twice =
                done.batches().stream().filter(batch -> batch.attempts() != 1).count();
        proof.add(AuditLine.equal(
                promise, id, "batches not done = 0", 0, done.open().size(), "batches are open"));
        proof.add(AuditLine.equal(
                promise,
                id,
                "batches begun more than once = the killed one (%d) and the failed one (%d)".formatted(killed, failed),
                2,
                killed > 0 && failed > 0 ? twice : -1,
                "other batches were redone, or none was killed or failed"));
        var ledger = TableLedger.read(catalogs.catalog()
                .loadTable(TableIdentifier.parse(config.sources().get(0).table())));
        proof.add(AuditLine.equal(
                "The ledger is whole",
                config.sources().get(0).table(),
                "first offsets and stretches apart = 0",
                0,
                ledger.stretches().stream().mapToLong(LedgerEntry::first).sum()
                        + ledger.backfilled().size(),
                "history is missing"));
        return new PipelineAudit(config, catalogs.catalog(), () -> proof, clock).run(config.sources());
    }

    private void refuseOldTopic(Cluster cluster) {
        String topic = session.config().sources().get(0).topic();
        if (cluster.topic(topic).isPresent()) {
            throw new SluiceException(
                    ErrorCode.LOAD_MISMATCH,
                    "Cannot run this demo on the data folder: it holds topic %s already, expected an empty folder. Give another --data folder."
                            .formatted(topic));
        }
    }

    /** A group with a position and no table would look like a table that was lost, so the table comes first. */
    private void liveFlowStartsHere(Cluster cluster, Catalogs catalogs) {
        SluiceConfig config = session.config();
        new BronzeTables(catalogs.catalog())
                .loadOrCreate(TableIdentifier.parse(config.sources().get(0).table()));
        String topic = config.sources().get(0).topic();
        Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
        for (int partition = 0; partition < history.partitions(); partition++) {
            TopicPartition one = new TopicPartition(topic, partition);
            ends.put(one, new OffsetAndMetadata(cluster.logEnd(one)));
        }
        try (Admin admin = Admin.create(new HashMap<String, Object>(config.kafka()))) {
            admin.alterConsumerGroupOffsets(config.applicationId(), ends).all().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SluiceException(ErrorCode.KAFKA_UNAVAILABLE, "Cannot set the live flow's start: interrupted", e);
        } catch (ExecutionException e) {
            throw new SluiceException(
                    ErrorCode.KAFKA_UNAVAILABLE, "Cannot set the live flow's start: " + e.getMessage(), e);
        }
    }

    private void await(String what, RunningPipeline service, BooleanSupplier condition) {
        Instant deadline = clock.instant().plus(PATIENCE);
        while (!condition.getAsBoolean()) {
            service.check();
            if (clock.instant().isAfter(deadline)) {
                throw new SluiceException(
                        ErrorCode.BUG,
                        "Cannot finish the demo: waited %d min in vain for %s".formatted(PATIENCE.toMinutes(), what));
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private void say(String text) {
        err.println(text);
        err.flush();
    }
}
