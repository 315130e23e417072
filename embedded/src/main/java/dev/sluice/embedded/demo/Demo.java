package dev.sluice.embedded.demo;

import dev.sluice.app.audit.AuditReport;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.kafka.Cluster;
import dev.sluice.app.service.Catalogs;
import dev.sluice.app.status.PipelineStatus;
import dev.sluice.app.status.StatusReader;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.load.ExpectedTables;
import dev.sluice.load.KafkaLoad;
import dev.sluice.load.LoadSpec;
import dev.sluice.load.SchemaIds;
import dev.sluice.load.Skip;
import dev.sluice.schemas.registry.SchemaRegistry;
import dev.sluice.sink.duck.DuckDbSettings;
import dev.sluice.sink.model.ModelSet;
import dev.sluice.sink.query.QueryEngine;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** The main job from end to end: produce, land, merge, and prove every row. */
final class Demo {
    private static final Duration LOOK = Duration.ofMillis(250);
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    private final PlatformSession session;
    private final LoadSpec spec;
    private final DemoProgress progress;
    private final Clock clock;

    Demo(PlatformSession session, LoadSpec spec, DemoProgress progress, Clock clock) {
        this.session = session;
        this.spec = spec;
        this.progress = progress;
        this.clock = clock;
    }

    /** Runs to the proof; the platform and its data stay as they are then. */
    DemoResult run() {
        Instant start = clock.instant();
        SluiceConfig config = session.config();
        new LoadMark(session.state()).claim(spec);
        KafkaLoad load = new KafkaLoad(config.kafka(), config.sources().get(0).topic(), clock);
        load.ensureTopic(spec);
        Skip there = load.alreadyThere(spec);
        ModelSet models = ModelSet.load(config.models());
        try (Cluster cluster = Cluster.open(config.kafka());
                Catalogs catalogs = Catalogs.open(config.catalog());
                RunningPipeline service = RunningPipeline.start(config, clock)) {
            AtomicLong produced = new AtomicLong(there.total());
            CompletableFuture<ExpectedTables> producing =
                    CompletableFuture.supplyAsync(() -> produce(load, there, produced));
            StatusReader reader = new StatusReader(config, catalogs.catalog(), models, cluster);
            PipelineStatus status = awaitTables(reader, service, producing, produced);
            ExpectedTables expected = producing.join();
            progress.step("Proving it...");
            AuditReport audit = new PipelineProof(config, catalogs.catalog(), models, clock).run(expected);
            QueryEngine query = new QueryEngine(
                    catalogs.catalog(),
                    new DuckDbSettings("512MB", 2, config.data().resolve("demo-query")));
            return new DemoResult(
                    spec,
                    there.total(),
                    status,
                    LandedProof.deadLettersByReason(config, config.sources().get(0), clock),
                    RevenueTable.read(query),
                    audit,
                    Duration.between(start, clock.instant()));
        }
    }

    private ExpectedTables produce(KafkaLoad load, Skip there, AtomicLong produced) {
        try (SchemaRegistry registry = SchemaRegistry.from(session.config().registry())) {
            SchemaIds ids = SchemaIds.register(registry, spec);
            load.produce(spec, ids, there, sent -> produced.set(there.total() + sent.records()));
        }
        return ExpectedTables.of(spec);
    }

    private PipelineStatus awaitTables(
            StatusReader reader, RunningPipeline service, CompletableFuture<?> producing, AtomicLong produced) {
        Instant deadline = clock.instant().plus(PATIENCE);
        while (true) {
            service.check();
            if (producing.isCompletedExceptionally()) {
                rethrow(producing);
            }
            boolean allProduced = producing.isDone();
            PipelineStatus status = reader.read();
            progress.show(produced.get(), spec.events(), status);
            if (allProduced && status.caughtUp()) {
                return status;
            }
            if (clock.instant().isAfter(deadline)) {
                throw new SluiceException(
                        ErrorCode.BUG,
                        "Cannot finish the demo: the tables did not catch up within %d min, expected no lag, found %s"
                                .formatted(PATIENCE.toMinutes(), status));
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private static void rethrow(CompletableFuture<?> failed) {
        try {
            failed.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof SluiceException known) {
                throw known;
            }
            throw e;
        }
    }
}
