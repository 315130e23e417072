package dev.sluice.embedded.demo;

import dev.sluice.app.cli.ConfigOption;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.kafka.Cluster;
import dev.sluice.app.service.Catalogs;
import dev.sluice.app.service.PipelineService;
import dev.sluice.app.status.StatusReader;
import dev.sluice.embedded.platform.PlatformPorts;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.load.CustomerSpec;
import dev.sluice.load.KafkaLoad;
import dev.sluice.load.LoadSpec;
import dev.sluice.load.SchemaIds;
import dev.sluice.load.Skip;
import dev.sluice.schemas.registry.SchemaRegistry;
import dev.sluice.sink.audit.TableDigest;
import dev.sluice.sink.audit.TableRows;
import dev.sluice.sink.duck.DuckDbSettings;
import dev.sluice.sink.merge.KeyIndex;
import dev.sluice.sink.model.EngineSettings;
import dev.sluice.sink.model.Model;
import dev.sluice.sink.model.ModelColumn;
import dev.sluice.sink.model.ModelEngine;
import dev.sluice.sink.model.ModelSet;
import dev.sluice.sink.ops.RunLog;
import dev.sluice.sink.query.QueryEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/** The platform, on a data folder of its own, with the service running; for proofs that change what they look at. */
final class ProofPlatform implements AutoCloseable {
    private static final String CUSTOMERS = "customers";
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final PlatformSession session;
    private final SluiceConfig config;
    private final ModelSet models;
    private final ModelSet followed;
    private final Catalogs catalogs;
    private final Cluster cluster;
    private final RunningPipeline service;
    private final Clock clock;

    private ProofPlatform(PlatformSession session, boolean runsModels, Clock clock) throws IOException {
        this.session = session;
        this.clock = clock;
        this.models = ModelSet.load(session.config().models());
        SluiceConfig all = session.config();
        this.config = runsModels
                ? all
                : withModels(all, Files.createDirectories(session.state().resolve("no-models")));
        this.followed = runsModels ? models : new ModelSet(List.of(), List.of());
        this.catalogs = Catalogs.open(config.catalog());
        this.cluster = Cluster.open(config.kafka());
        PlatformSession.createTopic(cluster, config.sources().get(0));
        this.service = RunningPipeline.start(config, clock);
    }

    /**
     * Starts on a new folder.
     *
     * @param runsModels whether the service runs the models; else it only lands, and the proof runs them
     * @throws SluiceException {@code DATA_FOLDER} when something is in the folder already
     */
    static ProofPlatform start(ConfigOption options, boolean runsModels, Clock clock) {
        try (Stream<Path> there =
                Files.isDirectory(options.dataFolder()) ? Files.list(options.dataFolder()) : Stream.empty()) {
            if (there.findAny().isPresent()) {
                throw new SluiceException(
                        ErrorCode.DATA_FOLDER,
                        "Cannot prove anything on data folder %s: expected a new or an empty folder, found files"
                                .formatted(options.dataFolder()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        PlatformSession session = PlatformSession.start(options, PlatformPorts.FREE);
        try {
            return new ProofPlatform(session, runsModels, clock);
        } catch (IOException e) {
            session.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private static SluiceConfig withModels(SluiceConfig config, Path models) {
        return new SluiceConfig(
                config.name(),
                config.data(),
                config.instance(),
                config.kafka(),
                config.streams(),
                config.registry(),
                config.catalog(),
                config.ingest(),
                config.commit(),
                config.engine(),
                config.maintenance(),
                config.trino(),
                config.http(),
                models,
                config.sources());
    }

    SluiceConfig config() {
        return config;
    }

    ModelSet models() {
        return models;
    }

    Catalog catalog() {
        return catalogs.catalog();
    }

    /** An engine beside that of the service. */
    ModelEngine engine() {
        return new ModelEngine(catalog(), engineSettings(), clock);
    }

    private EngineSettings engineSettings() {
        return PipelineService.engineSettings(config, config.data().resolve("proof-engine"));
    }

    /** The size of the key index that such an engine has of a model's table; 0 when it has none. */
    long keyIndexBytes(Model model) {
        Path index = KeyIndex.folder(engineSettings().indexFolder(), model.name());
        if (!Files.isDirectory(index)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(index)) {
            long bytes = 0;
            for (Path file : files.toList()) {
                bytes += Files.size(file);
            }
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The log of the runs of such an engine. */
    RunLog runLog() {
        return new RunLog(catalog(), clock);
    }

    /** Sends a load, whatever is on the topic already, and waits until everything is in the tables. */
    void load(LoadSpec spec) {
        load(spec, Skip.nothing(spec));
    }

    /** As {@link #load(LoadSpec)}, but for some records. */
    void load(LoadSpec spec, Skip skip) {
        KafkaLoad load = new KafkaLoad(config.kafka(), config.sources().get(0).topic(), clock);
        load.ensureTopic(spec);
        try (SchemaRegistry registry = SchemaRegistry.from(config.registry())) {
            load.produce(spec, SchemaIds.register(registry, spec), skip, sent -> {});
        }
        awaitTables();
    }

    /** Sends customers, and waits until they are in the tables. */
    void load(CustomerSpec spec) {
        KafkaLoad load = new KafkaLoad(config.kafka(), CUSTOMERS, clock);
        load.ensureTopic(spec);
        try (SchemaRegistry registry = SchemaRegistry.from(config.registry())) {
            load.produce(spec, registry);
        }
        awaitTables();
    }

    /** Waits until every record of the topic is in every table that the service makes. */
    void awaitTables() {
        StatusReader status = new StatusReader(config, catalog(), followed, cluster);
        await(() -> status.read().caughtUp(), () -> "no lag, found " + status.read());
    }

    /** Waits until a table of dead letters has rows that models rejected. */
    void awaitRejections(String table) {
        await(
                () -> catalog().tableExists(TableIdentifier.parse(table))
                        && !query("SELECT 1 FROM %s WHERE model IS NOT NULL".formatted(table))
                                .isEmpty(),
                () -> "rejected rows in " + table + ", found none");
    }

    private void await(BooleanSupplier condition, Supplier<String> expected) {
        Instant deadline = clock.instant().plus(PATIENCE);
        while (!condition.getAsBoolean()) {
            service.check();
            if (clock.instant().isAfter(deadline)) {
                throw new SluiceException(
                        ErrorCode.BUG,
                        "Cannot finish the proof: the tables did not catch up within %d min, expected %s"
                                .formatted(PATIENCE.toMinutes(), expected.get()));
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    Table table(String name) {
        return catalog().loadTable(TableIdentifier.parse(name));
    }

    /** The digest of all rows and declared columns of a model's table, by a reader that the engine does not use. */
    TableDigest digest(Model model) {
        Table table = table(model.name());
        List<String> columns = model.columns().stream().map(ModelColumn::name).toList();
        return table.currentSnapshot() == null
                ? TableDigest.EMPTY
                : new TableRows(table, columns).digest(table.currentSnapshot().snapshotId());
    }

    List<List<@Nullable Object>> query(String sql) {
        return new QueryEngine(
                        catalog(), new DuckDbSettings("512MB", 2, config.data().resolve("proof-query")))
                .query(sql)
                .rows();
    }

    @Override
    public void close() {
        try (session;
                catalogs;
                cluster) {
            service.close();
        }
    }
}
