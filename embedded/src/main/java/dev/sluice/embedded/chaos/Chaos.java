package dev.sluice.embedded.chaos;

import dev.sluice.app.audit.AuditReport;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.kafka.Cluster;
import dev.sluice.app.service.Catalogs;
import dev.sluice.app.status.PipelineStatus;
import dev.sluice.app.status.StatusReader;
import dev.sluice.embedded.chaos.ChaosTally.Blow;
import dev.sluice.embedded.demo.PipelineProof;
import dev.sluice.embedded.demo.PlatformSession;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.load.ExpectedTables;
import dev.sluice.load.Faults;
import dev.sluice.load.LoadSpec;
import dev.sluice.load.Percent;
import dev.sluice.sink.model.ModelSet;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;

/** A pipeline under load, two instances of it, and blows to them until enough have died; then the proof. */
final class Chaos {
    private static final Duration LOOK = Duration.ofMillis(250);
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration SESSION = Duration.ofSeconds(3);
    private static final Duration STANDSTILL = Duration.ofMinutes(4);
    private static final Duration LONGEST_LIFE = Duration.ofMillis(2500);
    private static final Duration LONGEST_WAIT_FOR_A_POINT = Duration.ofSeconds(3);
    private static final Duration LONGEST_CALM = Duration.ofSeconds(8);
    private static final int CALM_PERCENT = 10;
    private static final Faults FAULTS = new Faults(
            Faults.defaults().malformed(),
            Faults.defaults().duplicates(),
            Faults.defaults().outOfOrder(),
            Faults.defaults().late(),
            Percent.parse("--tombstones", "1%"));
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(4);

    private final PlatformSession session;
    private final ChaosSpec spec;
    private final ChaosProgress progress;
    private final Clock clock;
    private final ChaosDice dice;
    private final ChaosTally tally = new ChaosTally();
    private int turn;

    Chaos(PlatformSession session, ChaosSpec spec, ChaosProgress progress, Clock clock) {
        this.session = session;
        this.spec = spec;
        this.progress = progress;
        this.clock = clock;
        this.dice = new ChaosDice(spec.seed());
    }

    /**
     * Runs to the proof.
     *
     * @param base the pipeline's configuration file
     * @param data the platform's folder
     * @throws SluiceException when an instance ends by itself, or nothing moves any more
     */
    ChaosResult run(Path base, Path data) {
        Instant start = clock.instant();
        SluiceConfig config = session.config();
        ChaosLoad load = new ChaosLoad(config, firstLoad(), clock);
        if (load.prepare() > 0) {
            throw new SluiceException(
                    ErrorCode.LOAD_MISMATCH,
                    "Cannot run chaos on the data folder %s: its topic holds records already, expected a folder of its own, by --data"
                            .formatted(data));
        }
        InstanceConfig configs = new InstanceConfig(base, SESSION);
        Path lives = session.state().resolve("chaos");
        try (Instance one = new Instance("one", configs, lives.resolve("one"), data);
                Instance two = new Instance("two", configs, lives.resolve("two"), data);
                Cluster cluster = Cluster.open(config.kafka());
                Catalogs catalogs = Catalogs.open(config.catalog())) {
            ModelSet models = ModelSet.load(config.models());
            StatusReader reader = new StatusReader(config, catalogs.catalog(), models, cluster);
            List<Instance> instances = List.of(one, two);
            instances.forEach(instance -> instance.start(""));
            instances.forEach(instance -> instance.awaitStarted(START_LIMIT));
            CompletableFuture<ExpectedTables> loading = load.start();
            while (tally.kills() < spec.kills()) {
                if (dice.in(CALM_PERCENT)) {
                    calm(reader);
                }
                strike(instances);
                requireNoFailure(loading);
                progress.show(tally, spec, load.sent(), reader.read());
            }
            load.end();
            instances.forEach(this::settle);
            PipelineStatus status = awaitTables(reader, instances, loading, load);
            instances.forEach(Instance::leave);
            progress.step("Proving it...");
            ExpectedTables expected = loading.join();
            AuditReport audit = new PipelineProof(config, catalogs.catalog(), models, clock).run(expected);
            return new ChaosResult(
                    spec,
                    tally,
                    load.sent(),
                    expected.loads().size(),
                    status,
                    audit,
                    Duration.between(start, clock.instant()));
        }
    }

    private LoadSpec firstLoad() {
        return LoadSpec.defaults()
                .withEvents(spec.events())
                .withOrders((int) Math.max(1, spec.events() / 5))
                .withRate(spec.rate())
                .withFaults(FAULTS)
                .withSeed(spec.seed());
    }

    private void strike(List<Instance> instances) {
        Instance victim = victim(instances);
        instances.stream().filter(Instance::isDown).forEach(instance -> instance.start(dice.plan()));
        switch (dice.blow()) {
            case KILLED_AT_RANDOM, HALTED_AT_A_POINT -> kill(victim);
            case PAUSED -> pause(victim);
            case LEFT -> leave(victim);
            case BROKER_RESTARTED ->
                restart(Blow.BROKER_RESTARTED, session.platform()::stopBroker, session.platform()::startBroker);
            case CATALOG_RESTARTED ->
                restart(Blow.CATALOG_RESTARTED, session.platform()::stopCatalog, session.platform()::startCatalog);
            case REGISTRY_RESTARTED ->
                restart(Blow.REGISTRY_RESTARTED, session.platform()::stopRegistry, session.platform()::startRegistry);
        }
        instances.forEach(this::harvest);
    }

    /** Mostly the one that has lived longer, so that the other one can start meanwhile. */
    private Instance victim(List<Instance> instances) {
        Instance older = instances.get(turn++ % 2);
        return dice.in(80) ? older : dice.oneOf(instances);
    }

    /** Leaves the pipeline alone until something was landed, so that the blows hit work and not only starts. */
    private static void calm(StatusReader reader) {
        long before = reader.read().sources().get(0).landed();
        long deadline = System.nanoTime() + LONGEST_CALM.toNanos();
        while (reader.read().sources().get(0).landed() == before && System.nanoTime() < deadline) {
            park(LOOK);
        }
    }

    /** Mostly a while after the start; sometimes in the middle of it. */
    private void kill(Instance victim) {
        if (dice.in(70)) {
            victim.awaitStarted(START_LIMIT);
        }
        Duration life = dice.upTo(LONGEST_LIFE);
        if (victim.point().isEmpty()) {
            park(life);
        } else {
            victim.awaitHalt(LONGEST_WAIT_FOR_A_POINT);
        }
        if (!harvest(victim)) {
            victim.kill();
            tally.add(Blow.KILLED_AT_RANDOM);
            victim.bury();
        }
        // Sometimes the other one is left alone for a while.
        if (dice.in(75)) {
            victim.start(dice.plan());
        }
    }

    private void pause(Instance victim) {
        victim.awaitStarted(START_LIMIT);
        if (!harvest(victim)) {
            victim.pause(dice.upTo(LONGEST_PAUSE));
            tally.add(Blow.PAUSED);
        }
    }

    private void leave(Instance victim) {
        victim.awaitStarted(START_LIMIT);
        if (!harvest(victim)) {
            victim.leave();
            tally.add(Blow.LEFT);
        }
    }

    private void restart(Blow blow, Runnable stop, Runnable start) {
        stop.run();
        park(dice.outage());
        start.run();
        tally.add(blow);
    }

    /** Counts a death at a point, by itself or on the way out; true when there was one. */
    private boolean harvest(Instance instance) {
        if (!instance.check()) {
            return false;
        }
        tally.halted(instance.point());
        instance.bury();
        return true;
    }

    /** Lets an instance live on without a plan to die. */
    private void settle(Instance instance) {
        if (!instance.isDown() && !instance.point().isEmpty()) {
            instance.kill();
            instance.bury();
        }
        if (instance.isDown()) {
            instance.start("");
        }
        instance.awaitStarted(START_LIMIT);
    }

    private PipelineStatus awaitTables(
            StatusReader reader, List<Instance> instances, CompletableFuture<ExpectedTables> loading, ChaosLoad load) {
        PipelineStatus last = reader.read();
        Instant moved = clock.instant();
        while (true) {
            instances.forEach(Instance::check);
            requireNoFailure(loading);
            boolean allProduced = loading.isDone();
            PipelineStatus status = reader.read();
            progress.show(tally, spec, load.sent(), status);
            if (allProduced && status.caughtUp()) {
                return status;
            }
            if (!status.equals(last)) {
                last = status;
                moved = clock.instant();
            }
            if (clock.instant().isAfter(moved.plus(STANDSTILL))) {
                throw new SluiceException(
                        ErrorCode.BUG,
                        "Cannot finish: nothing has moved for %d min after the last blow, expected no lag, found %s"
                                .formatted(STANDSTILL.toMinutes(), status));
            }
            park(LOOK);
        }
    }

    private static void requireNoFailure(CompletableFuture<?> loading) {
        if (loading.isCompletedExceptionally()) {
            try {
                loading.join();
            } catch (CompletionException e) {
                throw e.getCause() instanceof SluiceException known
                        ? known
                        : new SluiceException(ErrorCode.BUG, "Cannot produce the load: " + e.getCause(), e.getCause());
            }
        }
    }

    private static void park(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
