package dev.sluice.app.service;

import dev.sluice.app.commit.CommitLoop;
import dev.sluice.app.commit.CommitStatus;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.fault.Faults;
import dev.sluice.app.ingest.IngestService;
import dev.sluice.app.ingest.IngestStatus;
import dev.sluice.app.maintenance.MaintenanceStep;
import dev.sluice.app.model.ModelEngines;
import dev.sluice.app.retry.Retry;
import dev.sluice.app.twin.DeadLetterTwins;
import dev.sluice.app.twin.RejectionTwins;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.schemas.registry.SchemaRegistry;
import dev.sluice.sink.bronze.BronzeTables;
import dev.sluice.sink.deadletter.RejectionFollower;
import dev.sluice.sink.duck.DuckDbSettings;
import dev.sluice.sink.duck.Leftovers;
import dev.sluice.sink.model.EngineSettings;
import dev.sluice.sink.model.ModelEngine;
import dev.sluice.sink.model.ModelSource;
import dev.sluice.sink.ops.ModelRounds;
import dev.sluice.sink.ops.RunLog;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.iceberg.catalog.Catalog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process of a pipeline: ingest, committer, or both. {@link #run()} blocks until {@link #close()}, or throws what
 * made a part end.
 */
public final class PipelineService implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PipelineService.class);
    private static final int COMMIT_ATTEMPTS = 5;

    private final Catalogs catalogs;
    private final @Nullable SchemaRegistry registry;
    private final @Nullable IngestService ingest;
    private final @Nullable ModelRounds rounds;
    private final @Nullable CommitLoop committer;
    private final @Nullable DeadLetterTwins twins;

    /**
     * Prepares the parts; nothing runs yet. The models are compiled here, so a mistake in one of them is found before
     * anything is read.
     *
     * @param atStart how long to wait for a catalog that is away
     * @throws SluiceException {@code MODEL_INVALID}, {@code CONFIG_INVALID}, {@code CATALOG_UNAVAILABLE}
     */
    public PipelineService(SluiceConfig config, Set<Part> parts, InstantSource clock, Faults faults, Retry atStart) {
        ModelSource models = parts.contains(Part.COMMITTER) ? ModelSource.open(config.models()) : null;
        this.catalogs = atStart.call("the catalog at start", () -> Catalogs.open(config.catalog()));
        Catalog catalog = catalogs.catalog();
        if (parts.contains(Part.INGEST)) {
            registry = SchemaRegistry.from(config.registry());
            ingest = new IngestService(config, registry, new BronzeTables(catalog), clock, faults);
        } else {
            registry = null;
            ingest = null;
        }
        if (models != null) {
            Leftovers.libraries(Path.of(System.getProperty("java.io.tmpdir")), clock.instant());
            ModelEngine engine =
                    ModelEngines.open(config, catalog, engineSettings(config, engineFolder(config)), clock, faults);
            engine.sweep();
            ModelRounds modelRounds = new ModelRounds(engine, models, new RunLog(catalog, clock));
            MaintenanceStep maintenance = new MaintenanceStep(
                    config,
                    catalog,
                    models::current,
                    duckDbSettings(config, engineFolder(config).resolve("maintenance/spill")),
                    engineFolder(config).resolve("maintenance/files"),
                    clock,
                    faults);
            DeadLetterTwins deadLetters = new DeadLetterTwins(config, catalog, clock);
            RejectionTwins rejections = new RejectionTwins(
                    config,
                    new RejectionFollower(catalog, engineSettings(config, engineFolder(config)), faults),
                    models::current);
            committer = new CommitLoop(
                    config,
                    catalog,
                    round -> {
                        modelRounds.run();
                        deadLetters.land(round);
                        rejections.land(round);
                        maintenance.run(round);
                    },
                    clock,
                    faults);
            rounds = modelRounds;
            twins = deadLetters;
        } else {
            rounds = null;
            twins = null;
            committer = null;
        }
    }

    /** What the models may use on this machine, by configuration. */
    public static EngineSettings engineSettings(SluiceConfig config, Path workFolder) {
        return new EngineSettings(
                workFolder, config.engine().memory() + "B", config.engine().threads(), COMMIT_ATTEMPTS);
    }

    /** Where the service on this machine keeps its key indexes. */
    public static Path indexFolder(SluiceConfig config) {
        return engineSettings(config, engineFolder(config)).indexFolder();
    }

    private static Path engineFolder(SluiceConfig config) {
        return config.data().resolve("engine");
    }

    /** What one query of a command may use on this machine, by configuration. */
    public static DuckDbSettings duckDbSettings(SluiceConfig config, Path spillFolder) {
        return new DuckDbSettings(
                config.engine().memory() + "B", config.engine().threads(), spillFolder);
    }

    /**
     * Runs the parts until closed.
     *
     * @throws SluiceException when a part cannot go on; the others are stopped first
     */
    @Override
    public void run() {
        List<CompletableFuture<Void>> running = new ArrayList<>();
        if (ingest != null) {
            running.add(start("sluice-ingest", ingest));
        }
        if (committer != null) {
            running.add(start("sluice-commit", committer));
        }
        try {
            CompletableFuture.anyOf(running.toArray(CompletableFuture[]::new)).join();
            stop();
            CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            stop();
            running.forEach(part -> part.exceptionally(failure -> null).join());
            throw e.getCause() instanceof SluiceException known
                    ? known
                    : new SluiceException(ErrorCode.BUG, "The service ended: " + e.getCause(), e.getCause());
        } finally {
            closeClients();
        }
    }

    /** How the ingest of this process stands; nothing where it has none. */
    public Optional<IngestStatus> ingest() {
        return Optional.ofNullable(ingest).map(IngestService::status);
    }

    /** How the committer of this process stands; nothing where it has none. */
    public Optional<CommitStatus> committer() {
        return Optional.ofNullable(committer).map(CommitLoop::status);
    }

    private static CompletableFuture<Void> start(String name, Runnable part) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        part.run();
                        done.complete(null);
                    } catch (RuntimeException | Error e) {
                        LOG.atError().setCause(e).addKeyValue("part", name).log("a part of the service ended");
                        done.completeExceptionally(e);
                    }
                },
                name);
        thread.start();
        return done;
    }

    private void stop() {
        if (ingest != null) {
            ingest.close();
        }
        if (committer != null) {
            committer.close();
        }
        if (rounds != null) {
            rounds.close();
        }
    }

    private void closeClients() {
        if (registry != null) {
            registry.close();
        }
        if (twins != null) {
            twins.close();
        }
        catalogs.close();
    }

    /** Asks {@link #run()} to finish what is under way and end. Returns at once. */
    @Override
    public void close() {
        stop();
    }
}
