package dev.sluice.app.ingest;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.app.fault.Faults;
import dev.sluice.app.kafka.Cluster;
import dev.sluice.app.kafka.Connections;
import dev.sluice.app.kafka.PipelineTopics;
import dev.sluice.app.retry.Backoff;
import dev.sluice.app.retry.Pause;
import dev.sluice.app.retry.Retry;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.schemas.registry.SchemaRegistry;
import dev.sluice.sink.land.LandingTables;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lands the sources of a pipeline until it is closed. {@link #run()} blocks and ends normally after {@link #close()};
 * it throws when landing cannot go on. Registry and tables stay the caller's to close.
 */
public final class IngestService implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IngestService.class);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(8);

    private final SluiceConfig config;
    private final SchemaRegistry registry;
    private final InstantSource clock;
    private final Faults faults;
    private final Pause pause = new Pause();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final IngestStatistics statistics;
    private final ThreadFailurePolicy failures;
    private final List<LandingTarget> targets;
    private final StreamsProperties properties;
    private volatile @Nullable KafkaStreams streams;

    public IngestService(
            SluiceConfig config, SchemaRegistry registry, LandingTables tables, InstantSource clock, Faults faults) {
        this.config = config;
        this.registry = registry;
        this.clock = clock;
        this.faults = faults;
        this.statistics = new IngestStatistics(clock);
        this.failures = new ThreadFailurePolicy(config.ingest().giveUpAfter(), statistics, pause, clock);
        this.properties = new StreamsProperties(config);
        this.targets = new ArrayList<>();
        for (SourceConfig source : config.sources()) {
            targets.add(new LandingTarget(source, tables, config.ingest().targetFileSize(), clock));
        }
    }

    /**
     * Lands until closed.
     *
     * @throws SluiceException when a topic is missing, a rule for personal data names no column, a neighbour stays away
     *     for too long, or data contradicts what was promised about it
     */
    @Override
    public void run() {
        try (Cluster cluster = Cluster.open(config.kafka())) {
            Retry patience = new Retry(config.ingest().giveUpAfter(), Backoff.STANDARD, pause, clock);
            if (patience.done("topics and tables before landing", () -> prepare(cluster))) {
                land(cluster);
            }
        } finally {
            pause.stop();
        }
        SluiceException fatal = failures.fatal();
        if (fatal != null) {
            throw fatal;
        }
    }

    private void prepare(Cluster cluster) {
        new PipelineTopics(cluster).ensure(config);
        targets.forEach(target -> target.prepare(() -> hasLanded(cluster, target)));
        targets.forEach(new RuleCoverage(registry)::check);
    }

    /** Whether this pipeline has ever committed an offset of the source. */
    private boolean hasLanded(Cluster cluster, LandingTarget target) {
        String topic = target.source().topic();
        return IntStream.range(0, cluster.requireTopic(topic).partitions())
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .anyMatch(partition -> cluster.everCommitted(config.applicationId(), partition));
    }

    private void land(Cluster cluster) {
        KafkaStreams running = create(cluster);
        try {
            running.start();
            LOG.atInfo()
                    .addKeyValue("pipeline", config.name())
                    .addKeyValue("instance", config.instance())
                    .log("landing started");
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (StreamsException e) {
            throw Failures.of(e);
        } finally {
            running.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                    .withTimeout(CLOSE_PATIENCE));
        }
    }

    private KafkaStreams create(Cluster cluster) {
        Retry retry = new Retry(properties.patience(), Backoff.STANDARD, pause, clock, statistics::waiting);
        ThreadBatches batches = new ThreadBatches(new GroupPositions(cluster, config.applicationId(), retry));
        IngestTopology topology = new IngestTopology(
                targets,
                batches,
                target -> new LandingProcessor(
                        config.name(), target, new WriterSchemas(registry, target, retry, clock), batches, faults));
        BatchIdentities identities = new BatchIdentities(config, clock);
        MicroBatchClientSupplier clients = new MicroBatchClientSupplier(
                config.applicationId(),
                config.instance(),
                producerConfig -> producer(producerConfig, batches, identities));
        KafkaStreams created = new KafkaStreams(topology.build(), streamsConfig(), clients);
        created.setUncaughtExceptionHandler(failures);
        created.setStateListener((now, before) -> {
            if (now == State.ERROR || now == State.NOT_RUNNING) {
                ended.countDown();
            }
        });
        streams = created;
        return created;
    }

    private Producer<byte[], byte[]> producer(
            Map<String, Object> producerConfig, ThreadBatches batches, BatchIdentities identities) {
        return new MicroBatchProducer(producerConfig, batches, identities, statistics, faults, pause);
    }

    private StreamsConfig streamsConfig() {
        try {
            return new StreamsConfig(properties.build());
        } catch (ConfigException e) {
            throw new SluiceException(ErrorCode.CONFIG_INVALID, "Cannot configure Kafka Streams: " + e.getMessage(), e);
        }
    }

    /** What was landed so far. */
    public IngestStatus status() {
        KafkaStreams current = streams;
        if (current != null && current.state().isRunningOrRebalancing()) {
            statistics.reachable(Connections.anyOpen(current.metrics().values()));
        }
        return statistics.status(current == null ? "CREATED" : current.state().name());
    }

    /** Whether partitions are assigned and being landed. */
    public boolean isRunning() {
        KafkaStreams current = streams;
        return current != null && current.state() == State.RUNNING;
    }

    /** Asks {@link #run()} to commit what is open, leave the group and end. Returns at once. */
    @Override
    public void close() {
        pause.stop();
        ended.countDown();
    }
}
