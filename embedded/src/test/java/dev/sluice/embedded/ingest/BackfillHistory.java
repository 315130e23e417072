package dev.sluice.embedded.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.audit.AuditReport;
import dev.sluice.app.audit.PipelineAudit;
import dev.sluice.app.audit.ValueAudit;
import dev.sluice.app.backfill.BackfillPlan;
import dev.sluice.app.backfill.BackfillRequest;
import dev.sluice.app.backfill.BackfillService;
import dev.sluice.app.commit.CommitStatus;
import dev.sluice.app.commit.CommittedProgress;
import dev.sluice.app.config.ConfigFile;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.fault.Faults;
import dev.sluice.app.kafka.Cluster;
import dev.sluice.app.service.PipelineService;
import dev.sluice.sink.audit.AuditLine;
import dev.sluice.sink.audit.KeyIndexAudit;
import dev.sluice.sink.audit.ModelTableAudit;
import dev.sluice.sink.audit.TableRows;
import dev.sluice.sink.audit.UnreferencedFiles;
import dev.sluice.sink.backfill.InProgress;
import dev.sluice.sink.backfill.Landing;
import dev.sluice.sink.backfill.Publication;
import dev.sluice.sink.bronze.BronzeTables;
import dev.sluice.sink.duck.DuckDbSettings;
import dev.sluice.sink.ledger.Ledger;
import dev.sluice.sink.ledger.TableLedger;
import dev.sluice.sink.merge.KeyIndex;
import dev.sluice.sink.model.ModelEngine;
import dev.sluice.sink.model.ModelSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** A topic with a history that the live flow began after, its pipeline with one model, and the judge of its tables. */
final class BackfillHistory implements AutoCloseable {
    static final int PARTITIONS = 2;
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final BackfillRequest.Bound OPEN = new BackfillRequest.Bound.Open();

    private final TestPlatform platform;
    private final String name;
    private final Path yaml;
    private final SluiceConfig config;
    private final OrderTraffic traffic;
    private final Cluster cluster;

    BackfillHistory(TestPlatform platform, Path folder, String name, boolean transactional) throws IOException {
        this.platform = platform;
        this.name = name;
        platform.createTopic(name, PARTITIONS);
        Path models = folder.resolve("models-" + name);
        writeModel(models, name, "");
        String text = platform.yaml(name, "one", "classic").replaceFirst("(?m)^models: .*$", "models: " + models);
        this.yaml = Files.writeString(folder.resolve(name + ".yaml"), text);
        this.config = ConfigFile.load(yaml, Map.of());
        this.traffic = new OrderTraffic(platform, name, PARTITIONS, transactional);
        this.cluster = Cluster.open(config.kafka());
    }

    /** One row per order, the newest event; {@code more} is added to the amount. */
    static void writeModel(Path models, String name, String more) throws IOException {
        writeModel(models, name, more, "");
    }

    /** Lets the model's table have so many rows, and no more. */
    void allowRows(long most) throws IOException {
        writeModel(config.models(), name, "", "tests: [{row_count: {max: %d}}]".formatted(most));
    }

    private static void writeModel(Path models, String name, String more, String tests) throws IOException {
        Path bronze = Files.createDirectories(models.resolve("bronze"));
        Path silver = Files.createDirectories(models.resolve("silver"));
        Files.writeString(bronze.resolve("schema.yml"), """
                version: 2
                sources:
                  - name: bronze
                    tables:
                      - name: %s
                        columns:
                          - {name: order_id, data_type: varchar}
                          - {name: amount_cents, data_type: bigint}
                          - {name: event_time, data_type: timestamptz}
                """.formatted(name));
        Files.writeString(silver.resolve(name + ".sql"), """
                SELECT CAST(b.order_id AS varchar) AS order_id,
                       CAST(b.amount_cents%s AS bigint) AS amount_cents,
                       CAST(b.event_time AS timestamp with time zone) AS event_time
                FROM {{ ref('bronze.%s') }} AS b
                WHERE b.order_id IS NOT NULL
                """.formatted(more, name));
        Files.writeString(silver.resolve("schema.yml"), """
                version: 2
                models:
                  - name: %s
                    config: {materialized: incremental, incremental: delta, unique_key: [order_id], order_by: [event_time]}
                    %s
                    columns:
                      - {name: order_id, data_type: varchar}
                      - {name: amount_cents, data_type: bigint}
                      - {name: event_time, data_type: timestamptz}
                """.formatted(name, tests));
    }

    OrderTraffic traffic() {
        return traffic;
    }

    SluiceConfig config() {
        return config;
    }

    /** The same pipeline without its rule on the amounts, so that what breaks it is landed. */
    SluiceConfig lenient() throws IOException {
        return ConfigFile.parse(
                "lenient.yaml",
                Files.readString(yaml).replaceFirst("(?m)^ *- \\{column: amount_cents, min: 0}\\n", ""),
                Map.of());
    }

    Path yaml() {
        return yaml;
    }

    Path models() {
        return config.models();
    }

    /** The live flow's group begins where the topic ends now. */
    void liveFlowStartsHere() {
        new BronzeTables(platform.catalog()).loadOrCreate(TableIdentifier.of("bronze", name));
        Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            TopicPartition one = new TopicPartition(name, partition);
            ends.put(one, new OffsetAndMetadata(cluster.logEnd(one)));
        }
        try {
            platform.admin()
                    .alterConsumerGroupOffsets(config.applicationId(), ends)
                    .all()
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    Map<Integer, Long> groupOffsets() {
        Map<Integer, Long> offsets = new TreeMap<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            int one = partition;
            cluster.committed(config.applicationId(), new TopicPartition(name, partition))
                    .ifPresent(offset -> offsets.put(one, offset));
        }
        return offsets;
    }

    RunningIngest ingest() {
        RunningIngest ingest = new RunningIngest(platform, config);
        ingest.awaitRunning();
        return ingest;
    }

    RunningCommits commits() {
        ModelEngine engine = new ModelEngine(
                platform.catalog(),
                PipelineService.engineSettings(config, config.data().resolve("engine")),
                Clock.systemUTC());
        ModelSet models = ModelSet.load(config.models());
        return new RunningCommits(platform, config, round -> engine.run(models));
    }

    void awaitCommitted(RunningCommits commits) {
        awaitCommitted(commits, PARTITIONS);
    }

    /** The same for a topic that has got more partitions. */
    void awaitCommitted(RunningCommits commits, int partitions) {
        CommittedProgress progress = new CommittedProgress(platform.catalog());
        Map<Integer, Long> ends = new TreeMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            ends.put(partition, cluster.logEnd(new TopicPartition(name, partition)));
        }
        Await.until(
                "the live flow to catch up",
                LIMIT,
                () -> commits.stillRuns()
                        && progress.reached("bronze." + name, name, ends)
                        && commits.status().isDrained());
        assertThat(commits.status().role()).isEqualTo(CommitStatus.Role.LEADING);
    }

    BackfillService service(Faults faults) {
        return new BackfillService(
                config,
                cluster,
                platform.catalog(),
                platform.registry(),
                ModelSet.load(config.models()),
                Clock.systemUTC(),
                faults);
    }

    /** One with a data folder of its own. */
    BackfillService serviceElsewhere() {
        try {
            String text = Files.readString(yaml).replaceFirst("(?m)^data: (.*)$", "data: $1-elsewhere");
            return new BackfillService(
                    ConfigFile.parse("elsewhere.yaml", text, Map.of()),
                    cluster,
                    platform.catalog(),
                    platform.registry(),
                    ModelSet.load(config.models()),
                    Clock.systemUTC(),
                    Faults.none());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    BackfillPlan plan(long batchSize) {
        return plan(OPEN, OPEN, batchSize);
    }

    BackfillPlan plan(BackfillRequest.Bound from, BackfillRequest.Bound to, long batchSize) {
        return service(Faults.none()).plan(request(from, to, batchSize));
    }

    private BackfillRequest request(BackfillRequest.Bound from, BackfillRequest.Bound to, long batchSize) {
        return request(from, to, batchSize, Landing.MISSING, Publication.BATCH);
    }

    /** Of everything there is. */
    BackfillPlan plan(long batchSize, Landing landing, Publication publication) {
        return service(Faults.none()).plan(request(OPEN, OPEN, batchSize, landing, publication));
    }

    private BackfillRequest request(
            BackfillRequest.Bound from,
            BackfillRequest.Bound to,
            long batchSize,
            Landing landing,
            Publication publication) {
        return new BackfillRequest(
                config.sources().get(0),
                Set.of(),
                from,
                to,
                landing,
                publication,
                new BackfillRequest.Slicing(false, batchSize),
                List.of());
    }

    Table bronze() {
        return platform.catalog().loadTable(TableIdentifier.of("bronze", name));
    }

    Table silver() {
        return platform.catalog().loadTable(TableIdentifier.of("silver", name));
    }

    Ledger ledger() {
        return TableLedger.read(bronze());
    }

    /** By order, the amount in the model's table. */
    Map<String, Long> amounts() {
        Map<String, Long> amounts = new TreeMap<>();
        new TableRows(silver(), List.of("order_id", "amount_cents"))
                .forEach(silver().currentSnapshot().snapshotId(), row -> {
                    Long twice = amounts.put(String.valueOf(row.get(0)), (Long) row.get(1));
                    assertThat(twice).as("second row of order %s", row.get(0)).isNull();
                });
        return amounts;
    }

    /** The same, computed from what was sent: events {@code [from, to)} of the traffic. */
    static Map<String, Long> expected(long from, long to, long more) {
        return expected(LongStream.range(from, to), more);
    }

    /** The same for these events of the traffic, in order. */
    static Map<String, Long> expected(LongStream events, long more) {
        Map<String, Long> amounts = new TreeMap<>();
        events.forEach(n -> {
            int kind = (int) ((n / PARTITIONS) % 100);
            if (kind != 10 && kind != 30 && kind != 50 && kind != 70) {
                amounts.put(new UUID(1, n % 500).toString(), 100 + n + more);
            }
        });
        return amounts;
    }

    /** The tables hold the whole topic, once, and nobody is told of a backfill any more. */
    void verifyWhole() {
        assertThat(ledger().stretches())
                .hasSize(PARTITIONS)
                .allSatisfy(entry -> assertThat(entry.first()).isZero());
        verifyAudit();
        assertThat(amounts()).isEqualTo(expected(0, traffic.sent(), 0));
        assertThat(InProgress.of(bronze())).isEmpty();
        assertThat(InProgress.of(silver())).isEmpty();
    }

    /** As {@code sluice audit --deep}. */
    List<AuditLine> deepAudit() {
        Clock clock = Clock.systemUTC();
        DuckDbSettings settings =
                PipelineService.duckDbSettings(config, config.data().resolve("audit"));
        ModelTableAudit tables = new ModelTableAudit(
                platform.catalog(),
                settings,
                ModelTableAudit.Depth.ROWS,
                List.of(
                        new KeyIndexAudit(PipelineService.indexFolder(config)),
                        new UnreferencedFiles(Duration.ZERO, clock.instant())));
        ModelSet set = ModelSet.load(config.models());
        return new PipelineAudit(
                        config,
                        platform.catalog(),
                        () -> tables.check(set),
                        List.of(new ValueAudit(config.kafka(), platform.registry(), ValueAudit.Hashes.COMPARED, clock)),
                        clock)
                .run(config.sources())
                .lines();
    }

    Path index() {
        return KeyIndex.folder(PipelineService.indexFolder(config), "silver." + name);
    }

    void verifyAudit() {
        AuditReport report =
                new PipelineAudit(config, platform.catalog(), List::of, Clock.systemUTC()).run(config.sources());
        assertThat(report.lines().stream()
                        .filter(AuditLine::failed)
                        .map(AuditLine::toString)
                        .collect(Collectors.joining("\n")))
                .isEmpty();
    }

    @Override
    public void close() {
        cluster.close();
        traffic.close();
    }
}
