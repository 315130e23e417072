package dev.sluice.embedded.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.app.cli.SluiceMain;
import dev.sluice.embedded.Sluice;
import dev.sluice.sink.backfill.Backfill;
import dev.sluice.sink.backfill.BackfillBatch;
import dev.sluice.sink.backfill.BackfillLog;
import dev.sluice.sink.backfill.BatchState;
import dev.sluice.sink.backfill.InProgress;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sluice backfill}, as a person runs it. */
class BackfillCommandsIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();

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

    /** What a command printed, and its exit code. */
    private record Ended(int exit, String out, String err) {
        Ended with(int expected) {
            assertThat(exit).as("%s%s", out, err).isEqualTo(expected);
            return this;
        }

        JsonNode json() throws IOException {
            return JSON.readTree(out);
        }
    }

    private static Ended sluice(BackfillHistory history, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--config", history.yaml().toString()));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exit = Sluice.commandLine(false)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(all.toArray(String[]::new));
        return new Ended(exit, out.toString(), err.toString());
    }

    private static Ended backfill(BackfillHistory history, String... arguments) {
        List<String> all = new ArrayList<>(List.of("backfill"));
        all.addAll(List.of(arguments));
        return sluice(history, all.toArray(String[]::new));
    }

    /** A topic of so many records, half of them in each of its two partitions, that the live flow began after. */
    private static BackfillHistory history(String name, Duration apart, int records) throws IOException {
        BackfillHistory history = new BackfillHistory(platform, folder, name, false);
        history.traffic().apart(apart);
        history.traffic().send(records);
        history.liveFlowStartsHere();
        return history;
    }

    private static List<String> planned(BackfillHistory history, String... range) throws IOException {
        List<String> all = new ArrayList<>(List.of("plan", "-o", "json"));
        all.addAll(List.of(range));
        JsonNode plan = backfill(history, all.toArray(String[]::new)).with(0).json();
        return StreamSupport.stream(plan.path("partitions").spliterator(), false)
                .map(one -> "%d: %d to %d"
                        .formatted(
                                one.path("partition").asInt(),
                                one.path("from").asLong(),
                                one.path("to").asLong()))
                .toList();
    }

    private static List<String> batches(JsonNode backfill, String field) {
        return StreamSupport.stream(backfill.path("batches").spliterator(), false)
                .map(batch -> batch.path(field).asText())
                .toList();
    }

    @Test
    void a_range_is_given_by_offsets_by_times_by_a_file_or_by_partitions() throws Exception {
        // The first record is of 2023-11-14T22:13:20Z.
        try (BackfillHistory history = history("ranges", Duration.ofMinutes(30), 240)) {
            assertThat(planned(history)).containsExactly("0: 0 to 120", "1: 0 to 120");
            assertThat(planned(history, "--from-offset", "7", "--to-offset", "9"))
                    .containsExactly("0: 7 to 9", "1: 7 to 9");
            // Four records are of the first day, and 48 of each that follows.
            assertThat(planned(history, "--from-datetime", "2023-11-15", "--to-datetime", "2023-11-16"))
                    .containsExactly("0: 2 to 26", "1: 2 to 26");
            // A record of that very moment is in the range: partition 1 begins at 22:43:20Z.
            assertThat(planned(history, "--from-datetime", "2023-11-14T23:43:20+01:00"))
                    .containsExactly("0: 1 to 120", "1: 0 to 120");
            assertThat(planned(history, "--from-datetime", "2023-11-14T23:43:20Z"))
                    .containsExactly("0: 2 to 120", "1: 1 to 120");
            assertThat(planned(history, "--partitions", "1")).containsExactly("1: 0 to 120");
            Ended late =
                    backfill(history, "plan", "--from-datetime", "2024-01-01").with(0);
            assertThat(late.out()).contains("the range is empty", "Nothing to do.");

            Path both = Files.writeString(folder.resolve("both.csv"), "ranges,0,100\nranges,1,110\nother,7,1\n");
            Path one = Files.writeString(folder.resolve("one.csv"), "\"ranges\",1,110\n");
            assertThat(planned(history, "--from-file", both.toString()))
                    .containsExactly("0: 100 to 120", "1: 110 to 120");
            assertThat(planned(history, "--from-file", one.toString(), "--to-offset", "115"))
                    .containsExactly("1: 110 to 115");
            assertThat(planned(history, "--from-file", both.toString(), "--partitions", "0"))
                    .containsExactly("0: 100 to 120");

            assertThat(backfill(history, "plan", "--from-file", one.toString(), "--partitions", "0")
                            .with(2)
                            .err())
                    .contains("expected partitions that the offsets file names, found [1] in it");
            assertThat(backfill(history, "plan", "--partitions", "2").with(2).err())
                    .contains("no such partition, expected 0 to 1");
            assertThat(backfill(history, "plan", "--from-datetime", "yesterday")
                            .with(2)
                            .err())
                    .contains("expected a UTC day such as 2026-01-31");
            assertThat(backfill(history, "plan", "--from-offset", "1", "--from-datetime", "2023-11-15")
                            .with(2)
                            .err())
                    .contains("expected one of them");
            assertThat(backfill(history, "plan", "--topic", "nothing").with(2).err())
                    .contains("expected a topic of a source, one of ranges");
            assertThat(backfill(history, "show", "bf-none").with(2).err()).contains("bf-none");
            JsonNode sized = backfill(history, "plan", "--batch-size", "100", "-o", "json")
                    .with(0)
                    .json();
            assertThat(sized.path("batches").asInt()).isEqualTo(3);
            assertThat(sized.path("rows_at_most").asLong()).isEqualTo(240);
            assertThat(sized.path("missing").asLong()).isEqualTo(240);
            assertThat(backfill(history, "plan").with(0).out()).contains("silver.ranges");
            // All of that changed nothing.
            assertThat(history.bronze().currentSnapshot()).isNull();
            assertThat(ids(backfill(history, "list", "-o", "json").with(0).json()))
                    .noneMatch(table -> table.endsWith("bronze.ranges"));
        }
    }

    private static List<String> ids(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(backfill -> backfill.path("id").asText() + " of "
                        + backfill.path("table").asText())
                .toList();
    }

    @Test
    void history_is_landed_in_a_batch_for_every_day_of_its_records() throws Exception {
        try (BackfillHistory history = history("days", Duration.ofHours(1), 60)) {
            JsonNode done = backfill(history, "run", "--batch-by", "day", "-o", "json")
                    .with(0)
                    .json();

            assertThat(batches(done, "label")).containsExactly("2023-11-14", "2023-11-15", "2023-11-16", "2023-11-17");
            assertThat(batches(done, "rows_read")).containsExactly("2", "24", "24", "10");
            assertThat(batches(done, "state")).containsOnly("done");
            assertThat(done.path("in_progress").asBoolean()).isFalse();
            history.verifyWhole();
            String id = done.path("id").asText();
            assertThat(backfill(history, "show", id, "-o", "json").with(0).json())
                    .isEqualTo(done);
            assertThat(backfill(history, "show", id).with(0).out())
                    .contains("2023-11-16", "4 of 4 batches done", "silver.days");
            assertThat(ids(backfill(history, "list", "-o", "json").with(0).json()))
                    .contains(id + " of bronze.days");
            assertThat(backfill(history, "resume", id).with(0).out()).contains("Nothing to do: no batch is open.");
        }
    }

    @Test
    void records_of_1970_and_of_the_far_future_are_days_like_others_and_those_between_cost_nothing() throws Exception {
        try (BackfillHistory history = new BackfillHistory(platform, folder, "dates", false)) {
            anyDate("dates");
            history.traffic().apart(Duration.ofHours(1));
            history.traffic().sendDated(2, Instant.EPOCH);
            history.traffic().send(40);
            history.traffic().sendDated(1, Instant.parse("9999-12-31T23:00:00Z"));
            history.traffic().send(5);
            history.traffic().sendDated(2, Instant.ofEpochMilli(Long.MAX_VALUE));
            history.liveFlowStartsHere();
            List<String> days = List.of("1970-01-01", "2023-11-15", "2023-11-16", "9999-12-31", "+292278994-08-17");

            Instant start = Instant.now();
            JsonNode plan = backfill(history, "plan", "--batch-by", "day", "-o", "json")
                    .with(0)
                    .json();

            // A request for each day until 2023 would take a minute or so, one for each of the 107 billion more for
            // ever.
            assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(20));
            assertThat(plan.path("batches").asInt()).isEqualTo(days.size());
            JsonNode done = backfill(history, "run", "--batch-by", "day", "-o", "json")
                    .with(0)
                    .json();
            assertThat(batches(done, "label")).containsExactlyElementsOf(days);
            // What follows a record in its partition is not of an earlier day than that one: 2 records behind 9999.
            assertThat(batches(done, "rows_read")).containsExactly("2", "24", "19", "3", "2");
            history.verifyWhole();

            start = Instant.now();
            JsonNode bronze = backfill(history, "run", "--source", "bronze", "--batch-by", "day", "-o", "json")
                    .with(0)
                    .json();
            assertThat(Duration.between(start, Instant.now())).isLessThan(LIMIT);
            assertThat(batches(bronze, "label")).startsWith("1970-01-01", "2023-11-15", "2023-11-16", "9999-12-31");
            assertThat(batches(bronze, "state")).containsOnly("done");
            history.verifyWhole();
        }
    }

    @Test
    void only_the_models_that_are_selected_see_the_rows() throws Exception {
        try (BackfillHistory history = history("picked", Duration.ofMillis(1), 200)) {
            Path gold = Files.createDirectories(history.models().resolve("gold"));
            Files.writeString(gold.resolve("picked_twin.sql"), """
                    SELECT CAST(s.order_id AS varchar) AS order_id,
                           CAST(s.event_time AS timestamp with time zone) AS event_time
                    FROM {{ ref('silver.picked') }} AS s
                    """);
            Files.writeString(gold.resolve("schema.yml"), """
                    version: 2
                    models:
                      - name: picked_twin
                        config: {materialized: incremental, incremental: delta, unique_key: [order_id], order_by: [event_time]}
                        columns:
                          - {name: order_id, data_type: varchar}
                          - {name: event_time, data_type: timestamptz}
                    """);
            assertThat(backfill(history, "plan", "--select", "gold.nothing")
                            .with(2)
                            .err())
                    .contains("gold.nothing", "silver.picked", "gold.picked_twin");

            backfill(history, "run", "--select", "silver.picked").with(0);
            TableIdentifier twin = TableIdentifier.parse("gold.picked_twin");
            assertThat(platform.catalog().tableExists(twin)).isFalse();
            history.verifyWhole();

            backfill(history, "run").with(0);
            Table made = platform.catalog().loadTable(twin);
            assertThat(made.currentSnapshot().summary())
                    .containsEntry(
                            "total-records", Integer.toString(history.amounts().size()));
        }
    }

    @Test
    void a_run_reads_no_faster_than_it_may() throws Exception {
        try (BackfillHistory history = history("slowly", Duration.ofMillis(1), 300)) {
            JsonNode done = backfill(history, "run", "--partitions", "1", "--max-rate", "50", "-o", "json")
                    .with(0)
                    .json()
                    .path("batches")
                    .path(0);

            assertThat(done.path("rows_read").asLong()).isEqualTo(150);
            assertThat(Duration.between(
                            Instant.parse(done.path("started_at").asText()),
                            Instant.parse(done.path("finished_at").asText())))
                    .isGreaterThan(Duration.ofMillis(2_500));
            assertThat(planned(history, "--partitions", "1")).containsExactly("1: 0 to 150");
            assertThat(history.plan(100).missing()).isEqualTo(150);
        }
    }

    @Test
    void open_batches_are_in_the_exit_code_the_status_the_tables_and_ops_until_they_are_done_or_given_up()
            throws Exception {
        try (BackfillHistory history = history("open", Duration.ofMillis(1), 400)) {
            // More than a bigint holds, so the model fails on the rows.
            BackfillHistory.writeModel(history.models(), "open", " + 9223372036854775807");
            Ended failed = backfill(history, "run", "--batch-size", "200", "-o", "json")
                    .with(1);
            String id = failed.json().path("id").asText();
            assertThat(batches(failed.json(), "state")).containsExactly("failed", "failed");
            assertThat(batches(failed.json(), "error"))
                    .allSatisfy(error -> assertThat(error).contains("silver.open"));
            assertOpen(history, id);

            assertThat(backfill(history, "cancel", id, "--dry-run").with(0).out())
                    .contains("Would give up 2 open batches; 0 are done");
            assertOpen(history, id);

            BackfillHistory.writeModel(history.models(), "open", "");
            Ended resumed = backfill(history, "resume", id).with(0);
            assertThat(resumed.out()).contains("2 of 2 batches done");
            assertNotOpen(history, id);
            history.verifyWhole();

            BackfillHistory.writeModel(history.models(), "open", " + 9223372036854775807");
            String second = backfill(history, "run", "-o", "json")
                    .with(1)
                    .json()
                    .path("id")
                    .asText();
            assertOpen(history, second);
            BackfillHistory.writeModel(history.models(), "open", "");
            assertThat(backfill(history, "cancel", second).with(0).out())
                    .contains("Gave up 1 open batches; 0 are done");
            assertNotOpen(history, second);
            assertThat(backfill(history, "show", second).with(0).out()).contains("cancelled");
            assertThat(backfill(history, "resume", second).with(0).out()).contains("Nothing to do");
            history.verifyWhole();
        }
    }

    private static void assertOpen(BackfillHistory history, String id) throws IOException {
        assertThat(ids(sluice(history, "status", "-o", "json").with(0).json().path("backfills_in_progress")))
                .anyMatch(one -> one.startsWith(id));
        assertThat(sluice(history, "status").with(0).out()).contains("Backfills in progress", id);
        assertThat(InProgress.of(history.bronze())).containsExactly(id);
        assertThat(openInOps(history, id)).contains("failed");
    }

    private static void assertNotOpen(BackfillHistory history, String id) throws IOException {
        assertThat(ids(sluice(history, "status", "-o", "json").with(0).json().path("backfills_in_progress")))
                .noneMatch(one -> one.startsWith(id));
        assertThat(sluice(history, "status").with(0).out()).doesNotContain(id);
        assertThat(InProgress.of(history.bronze())).isEmpty();
        assertThat(openInOps(history, id)).doesNotContain("failed");
    }

    private static String openInOps(BackfillHistory history, String id) {
        return sluice(
                        history,
                        "query",
                        "select batch, state, attempts from ops.backfill_batches where backfill_id = '%s'"
                                .formatted(id))
                .with(0)
                .out();
    }

    @Test
    void a_run_that_is_killed_in_a_batch_held_off_another_and_is_resumed_at_that_batch() throws Exception {
        try (BackfillHistory history = history("killed", Duration.ofMillis(1), 600)) {
            Path said = folder.resolve("killed.log");
            // Two seconds a batch, so that the kill meets one.
            Process child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx512m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            SluiceMain.class.getName(),
                            "backfill",
                            "run",
                            "--batch-size",
                            "100",
                            "--max-rate",
                            "50",
                            "--config",
                            history.yaml().toString())
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            Backfill cut;
            try {
                Await.until(
                        "a batch done and one under way",
                        LIMIT,
                        () -> child.isAlive()
                                && logged("bronze.killed")
                                        .anyMatch(one ->
                                                one.count(BatchState.DONE) > 0 && one.count(BatchState.RUNNING) > 0),
                        () -> text(said));
                String id =
                        logged("bronze.killed").findFirst().orElseThrow().job().id();

                assertThat(backfill(history, "resume", id).with(5).err())
                        .contains("another process on this machine runs it");
                assertThat(InProgress.of(history.silver())).containsExactly(id);
            } finally {
                // SIGKILL.
                child.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            }
            assertThat(child.exitValue()).isEqualTo(128 + 9);
            cut = logged("bronze.killed").findFirst().orElseThrow();
            assertThat(cut.state()).isEqualTo(BatchState.RUNNING);

            JsonNode done = backfill(history, "resume", cut.job().id(), "-o", "json")
                    .with(0)
                    .json();

            assertThat(batches(done, "attempts"))
                    .isEqualTo(cut.batches().stream()
                            .map(batch -> batch.state() == BatchState.RUNNING ? "2" : "1")
                            .toList());
            assertThat(finished(done))
                    .containsAllEntriesOf(cut.batches().stream()
                            .filter(batch -> batch.finishedAt() != null)
                            .collect(Collectors.toMap(
                                    BackfillBatch::number, batch -> String.valueOf(batch.finishedAt()))));
            history.verifyWhole();
        }
    }

    private static Stream<Backfill> logged(String table) {
        return new BackfillLog(platform.catalog())
                .list().stream().filter(one -> one.job().table().equals(table));
    }

    private static Map<Integer, String> finished(JsonNode backfill) {
        return StreamSupport.stream(backfill.path("batches").spliterator(), false)
                .collect(Collectors.toMap(
                        batch -> batch.path("batch").asInt(),
                        batch -> batch.path("finished_at").asText()));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void what_compaction_has_left_of_a_topic_is_landed_and_the_holes_are_no_loss() throws Exception {
        try (BackfillHistory history = new BackfillHistory(platform, folder, "compacted", false)) {
            compact("compacted");
            history.traffic().apart(Duration.ofSeconds(1));
            for (int some = 0; some < 8; some++) {
                history.traffic().send(200);
            }
            history.liveFlowStartsHere();
            long sent = history.traffic().sent();
            TopicScan scan = new TopicScan(platform);
            Await.until(
                    "the broker to compact both partitions",
                    LIMIT,
                    () -> firsts(scan).stream().filter(n -> n >= 200).count() == 2);

            assertThat(backfill(history, "plan").with(0).out()).contains("The topic is compacted");
            JsonNode done = backfill(history, "run", "--batch-size", "600", "-o", "json")
                    .with(0)
                    .json();

            Set<Long> left = left(scan);
            assertThat(left.size()).isLessThan((int) sent);
            assertThat(history.amounts())
                    .isEqualTo(BackfillHistory.expected(left.stream().mapToLong(n -> n), 0));
            assertThat(batches(done, "state")).containsOnly("done");
            assertThat(batches(done, "rows_read").stream()
                            .mapToLong(Long::parseLong)
                            .sum())
                    .isEqualTo(left.size());
            history.verifyAudit();
            JsonNode again = backfill(history, "run", "-o", "json").with(0).json();
            assertThat(batches(again, "rows_landed")).containsOnly("0");
            assertThat(history.ledger().stretches()).hasSize(BackfillHistory.PARTITIONS);
        }
    }

    /** A broker refuses records that are dated an hour from now. */
    private static void anyDate(String topic) throws Exception {
        platform.admin()
                .incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.TOPIC, topic),
                        List.of(set("message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE)))))
                .all()
                .get();
    }

    /** The cleaner looks every tenth of a second, and may take what is not in the newest segment. */
    private static void compact(String topic) throws Exception {
        ConfigResource brokers = new ConfigResource(ConfigResource.Type.BROKER, "");
        ConfigResource one = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        platform.admin()
                .incrementalAlterConfigs(Map.of(
                        brokers,
                        List.of(set("log.cleaner.backoff.ms", "100")),
                        one,
                        List.of(
                                set("cleanup.policy", "compact"),
                                set("segment.ms", "60000"),
                                set("min.cleanable.dirty.ratio", "0.01"))))
                .all()
                .get();
    }

    private static AlterConfigOp set(String key, String value) {
        return new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
    }

    /** The events that a topic still holds. */
    private static Set<Long> left(TopicScan scan) {
        return scan.records("compacted").stream()
                .map(record -> record.offset() * BackfillHistory.PARTITIONS + record.partition())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The oldest event of each partition. */
    private static Set<Long> firsts(TopicScan scan) {
        Set<Long> left = left(scan);
        return left.stream()
                .collect(Collectors.groupingBy(n -> n % BackfillHistory.PARTITIONS, Collectors.minBy(Long::compare)))
                .values()
                .stream()
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());
    }
}
