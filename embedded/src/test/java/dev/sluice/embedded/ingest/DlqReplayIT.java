package dev.sluice.embedded.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.app.audit.AuditReport;
import dev.sluice.app.audit.PipelineAudit;
import dev.sluice.app.cli.DlqTally;
import dev.sluice.app.config.ConfigFile;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.app.dlq.DeadLetterHeaders;
import dev.sluice.app.dlq.Position;
import dev.sluice.app.fault.FaultPoint;
import dev.sluice.app.fault.Faults;
import dev.sluice.app.replay.DeadLetterReplay;
import dev.sluice.app.replay.DeadLetterState;
import dev.sluice.app.replay.MergePatch;
import dev.sluice.app.replay.ReplayChoice;
import dev.sluice.app.replay.ReplayReport;
import dev.sluice.app.replay.SourceLetters;
import dev.sluice.app.replay.ValueChange;
import dev.sluice.app.twin.DeadLetterTwins;
import dev.sluice.embedded.Sluice;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.audit.AuditLine;
import dev.sluice.sink.audit.TableRows;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters put back by a process that is killed, run twice and overtaken, until none is open. */
class DlqReplayIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final String NAME = "closing";
    private static final int OF_EACH_KIND = 9;

    @TempDir
    static Path folder;

    private static TestPlatform platform;

    @BeforeAll
    static void start() {
        platform = new TestPlatform(folder);
    }

    @AfterAll
    static void stop() throws IOException {
        platform.close();
    }

    @Test
    void every_dead_letter_goes_back_once_through_kills_reruns_and_takeovers() throws Exception {
        platform.createTopic(NAME, 3);
        // Nobody is to take over here, so a busy machine must not look like a dead one.
        String yaml =
                platform.yaml(NAME, "one", "classic").replace("session.timeout.ms: 1500", "session.timeout.ms: 45000");
        SluiceConfig config = ConfigFile.parse("replay.yaml", yaml, Map.of());
        Path file = Files.writeString(folder.resolve("replay.yaml"), yaml);
        SourceConfig source = config.sources().get(0);
        try (DeadLetterTwins twins = new DeadLetterTwins(config, platform.catalog(), Clock.systemUTC());
                OrderTraffic traffic = new OrderTraffic(platform, NAME, 3, false);
                RunningIngest ingest = new RunningIngest(platform, config);
                RunningCommits commits = new RunningCommits(platform, config, twins::land)) {
            ingest.awaitRunning();
            traffic.send(900);
            await(commits, config, "all dead letters", tally -> tally.all() == 3 * OF_EACH_KIND);
            int schemaId = platform.registry().latest(NAME + "-value").id();

            assertThat(replayInChild(file, "BEFORE_REPLAY_COMMIT")).isEqualTo(Faults.HALTED);
            assertThat(tally(config).of(DeadLetterState.OPEN)).isEqualTo(3 * OF_EACH_KIND);
            assertThat(replayInChild(file, "AFTER_REPLAY_COMMIT")).isEqualTo(Faults.HALTED);
            ReplayReport again = replay(config, ValueChange.none())
                    .execute(ReplayChoice.of(
                            letter -> letter.reason().equals("RULE_BROKEN") && letter.replayCount() == 0));
            assertThat(again.already()).isEqualTo(OF_EACH_KIND);
            assertThat(again.putBack()).isZero();
            assertByteIdentical();

            await(commits, config, "them to die again", tally -> tally.of(DeadLetterState.DEAD_AGAIN) == OF_EACH_KIND);
            assertThat(replay(config, ValueChange.none())
                            .preview(only("RULE_BROKEN").withMaxReplays(1))
                            .guarded())
                    .isEqualTo(OF_EACH_KIND);

            overtaken(config, patch("{\"amount_cents\": 1}", null, null));
            replay(config, patch("{}", schemaId, schemaId)).execute(only("UNKNOWN_SCHEMA_ID"));
            replay(config, patch(WHOLE_ORDER, schemaId, null)).execute(only("NO_FRAMING"));

            await(
                    commits,
                    config,
                    "every loop to close",
                    tally -> tally.of(DeadLetterState.CLOSED) == 3 * OF_EACH_KIND);
            await(
                    commits,
                    config,
                    "the table",
                    tally -> rows(source.dlqTable().name(), "reason").size() == 4 * OF_EACH_KIND);
            AuditReport audit =
                    new PipelineAudit(config, platform.catalog(), List::of, Clock.systemUTC()).run(config.sources());
            assertThat(audit.lines()).filteredOn(AuditLine::failed).isEmpty();
            assertThat(audit.lines())
                    .extracting(AuditLine::found)
                    .contains("%d = 0 + 0 + %d + %d".formatted(4 * OF_EACH_KIND, 3 * OF_EACH_KIND, OF_EACH_KIND));
            assertThat(new HashSet<>(rows(source.dlqTable().name(), "_dlq_partition", "_dlq_offset")))
                    .hasSize(4 * OF_EACH_KIND);
        }
    }

    /** Everything of a record that was put back is as it was where it was rejected. */
    private static void assertByteIdentical() {
        Map<Position, ConsumerRecord<byte[], byte[]>> records = new TopicScan(platform)
                .records(NAME).stream()
                        .collect(Collectors.toMap(
                                record -> new Position(NAME, record.partition(), record.offset()),
                                Function.identity()));
        Map<Position, ConsumerRecord<byte[], byte[]>> back = new HashMap<>();
        records.values().forEach(record -> {
            Header of = record.headers().lastHeader(DeadLetterHeaders.REPLAY_OF);
            if (of != null) {
                back.put(
                        Position.parse(new String(of.value(), StandardCharsets.UTF_8))
                                .orElseThrow(),
                        record);
            }
        });
        assertThat(back).hasSize(OF_EACH_KIND).allSatisfy((place, record) -> {
            ConsumerRecord<byte[], byte[]> rejected = records.get(place);
            assertThat(record.key()).isEqualTo(rejected.key());
            assertThat(record.value()).isEqualTo(rejected.value());
            assertThat(record.timestamp()).isEqualTo(rejected.timestamp());
            assertThat(record.partition()).isEqualTo(rejected.partition());
        });
    }

    private static final String WHOLE_ORDER = """
            {"event_id": "mended", "order_id": "mended", "customer_id": 1, "event_type": "PLACED", "order_version": 1,
             "amount_cents": 1, "currency": "EUR", "country": "DE", "event_time": 0, "items": []}""";

    /** The second replay starts while the first is about to commit; the first must not get through. */
    private static void overtaken(SluiceConfig config, ValueChange change) {
        ReplayChoice choice = only("RULE_BROKEN");
        List<ReplayReport> second = new ArrayList<>();
        Faults takeover = point -> {
            if (point == FaultPoint.BEFORE_REPLAY_COMMIT) {
                second.add(replay(config, change).execute(choice));
            }
        };
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(
                        () -> new DeadLetterReplay(config, config.sources().get(0), change, takeover, Clock.systemUTC())
                                .execute(choice))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.COMMIT_CONFLICT));
        assertThat(second).extracting(ReplayReport::putBack).containsExactly((long) OF_EACH_KIND);
    }

    private static int replayInChild(Path config, String fault) throws IOException, InterruptedException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-D" + Faults.PROPERTY + "=" + fault + ":1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Sluice.class.getName(),
                        "dlq",
                        "replay",
                        "--config",
                        config.toString(),
                        "--reason",
                        "RULE_BROKEN",
                        "--execute")
                .inheritIO()
                .start()
                .waitFor();
    }

    private static ReplayChoice only(String reason) {
        return ReplayChoice.of(letter -> letter.reason().equals(reason));
    }

    private static ValueChange patch(String document, @Nullable Integer encodeWith, @Nullable Integer decodeWith) {
        return new MergePatch(MergePatch.parse(document), encodeWith, decodeWith, platform.registry());
    }

    private static DeadLetterReplay replay(SluiceConfig config, ValueChange change) {
        return new DeadLetterReplay(config, config.sources().get(0), change, Faults.none(), Clock.systemUTC());
    }

    private static DlqTally tally(SluiceConfig config) {
        DlqTally tally = new DlqTally(DlqTally.Period.ALL);
        SourceLetters.open(config, config.sources().get(0), Clock.systemUTC()).read(tally::add);
        return tally;
    }

    /** A look at all dead letters costs several clients, so it is taken only when the committer stands still. */
    private static void await(RunningCommits commits, SluiceConfig config, String what, Predicate<DlqTally> condition) {
        AtomicLong nextLook = new AtomicLong(System.nanoTime());
        Await.until(
                what,
                LIMIT,
                () -> {
                    boolean due = commits.stillRuns()
                            && commits.status().isDrained()
                            && System.nanoTime() - nextLook.get() >= 0;
                    if (due) {
                        nextLook.set(System.nanoTime() + LOOK.toNanos());
                    }
                    return due && condition.test(tally(config));
                },
                () -> tally(config).json().toString());
    }

    private static List<List<?>> rows(String name, String... columns) {
        List<List<?>> rows = new ArrayList<>();
        TableIdentifier identifier = TableIdentifier.parse(name);
        if (platform.catalog().tableExists(identifier)) {
            Table table = platform.catalog().loadTable(identifier);
            if (table.currentSnapshot() != null) {
                new TableRows(table, List.of(columns))
                        .forEach(table.currentSnapshot().snapshotId(), rows::add);
            }
        }
        return rows;
    }
}
