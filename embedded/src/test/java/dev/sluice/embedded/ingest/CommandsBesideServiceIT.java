package dev.sluice.embedded.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.embedded.Sluice;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.StreamSupport;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Commands against tables that a service is writing: what they promise of later events, and what they change. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CommandsBesideServiceIT {
    private static final int EVENTS = 400;
    /** Twelve dead letters in 400 events, four of each kind. */
    private static final int LETTERS = 12;

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final String MAINTENANCE = """
            maintenance:
              max-small-files: 2
              snapshot-age: 0s
              min-snapshots: 1
            """;

    @TempDir
    static Path folder;

    private static TestPlatform platform;
    private static BackfillHistory history;
    private static RunningIngest ingest;
    private static RunningCommits commits;
    private static Path yaml;

    @BeforeAll
    static void startTheService() throws IOException {
        platform = new TestPlatform(folder);
        history = new BackfillHistory(platform, folder, "live", false);
        yaml = Files.writeString(folder.resolve("maintained.yaml"), Files.readString(history.yaml()) + MAINTENANCE);
        ingest = history.ingest();
        commits = history.commits();
        land();
    }

    @AfterAll
    static void stop() throws IOException {
        commits.close();
        ingest.close();
        history.close();
        platform.close();
    }

    private static void land() {
        history.traffic().send(EVENTS);
        history.awaitCommitted(commits);
    }

    /** A command in a terminal of its own. */
    private static final class Started {
        private final StringWriter out = new StringWriter();
        private final StringWriter err = new StringWriter();
        private final Thread thread;
        private volatile int exit = -1;

        Started(String... arguments) {
            List<String> all = new ArrayList<>(List.of(arguments));
            all.addAll(List.of("--config", yaml.toString()));
            thread = new Thread(
                    () -> exit = Sluice.commandLine(false)
                            .setOut(new PrintWriter(out, true))
                            .setErr(new PrintWriter(err, true))
                            .execute(all.toArray(String[]::new)),
                    String.join(" ", arguments));
            thread.start();
        }

        void awaitWatching() {
            Await.until(thread.getName(), LIMIT, () -> err.toString().contains("Watching live.dlq"), err::toString);
        }

        List<String> lines() {
            return out.toString().lines().toList();
        }

        String succeeded() {
            Await.until(thread.getName(), LIMIT, () -> !thread.isAlive(), () -> out + " " + err);
            assertThat(exit).as("%s: %s%s", thread.getName(), out, err).isZero();
            return out.toString();
        }

        void interrupt() {
            thread.interrupt();
        }
    }

    @Test
    @Order(1)
    void watch_shows_the_letters_that_arrive_while_it_runs_and_no_older_ones() {
        Started all = new Started("dlq", "watch");
        Started broken = new Started("dlq", "watch", "--reason", "RULE_BROKEN", "--limit", "4");
        Started text = new Started("dlq", "watch", "--text", "999999", "--limit", "4");
        all.awaitWatching();
        broken.awaitWatching();
        text.awaitWatching();
        assertThat(all.lines()).isEmpty();

        land();
        Await.until("every new letter", LIMIT, () -> all.lines().size() >= LETTERS, all.out::toString);
        all.interrupt();
        all.succeeded();

        // Each partition has 200 older records.
        assertThat(all.lines())
                .hasSize(LETTERS)
                .allSatisfy(line -> assertThat(line).containsPattern("live-[01]@(2[0-9][0-9]|3[0-9][0-9])\\b"));
        assertThat(broken.succeeded().lines())
                .hasSize(4)
                .allSatisfy(line -> assertThat(line).contains("RULE_BROKEN"));
        assertThat(text.succeeded().lines())
                .hasSize(4)
                .allSatisfy(line -> assertThat(line).contains("UNKNOWN_SCHEMA_ID"));
    }

    /** What a command says of each table. */
    private static List<JsonNode> json(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("maintain"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("-o", "json"));
        List<JsonNode> tables = new ArrayList<>();
        new ObjectMapper()
                .readTree(new Started(all.toArray(String[]::new)).succeeded())
                .forEach(tables::add);
        return tables;
    }

    private static JsonNode bronze(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--table", "bronze.live"));
        List<JsonNode> tables = json(all.toArray(String[]::new));
        assertThat(tables)
                .singleElement()
                .satisfies(table -> assertThat(table.path("table").asText()).isEqualTo("bronze.live"));
        return tables.get(0);
    }

    private static int snapshots(Table table) {
        return (int)
                StreamSupport.stream(table.snapshots().spliterator(), false).count();
    }

    @Test
    @Order(2)
    void compact_rewrites_what_it_said_it_would() throws IOException {
        land();
        long before = history.bronze().currentSnapshot().snapshotId();

        JsonNode planned = bronze("compact", "--dry-run");
        assertThat(planned.path("dry_run").asBoolean()).isTrue();
        assertThat(planned.path("files_removed").asInt()).isGreaterThan(2);
        assertThat(planned.path("commits").asInt()).isZero();
        assertThat(history.bronze().currentSnapshot().snapshotId()).isEqualTo(before);

        JsonNode done = bronze("compact");
        assertThat(done.path("dry_run").asBoolean()).isFalse();
        assertThat(done.path("files_removed")).isEqualTo(planned.path("files_removed"));
        assertThat(done.path("files_added").asInt()).isEqualTo(BackfillHistory.PARTITIONS);
        assertThat(history.bronze().currentSnapshot().operation()).isEqualTo("replace");
        assertThat(bronze("compact", "--dry-run").path("files_removed").asInt()).isZero();

        assertThat(json("compact"))
                .extracting(table -> table.path("table").asText())
                .contains("bronze.live", "silver.live");
        land();
        history.verifyWhole();
    }

    @Test
    @Order(3)
    void expire_removes_the_snapshots_that_it_said_it_would() throws IOException {
        int before = snapshots(history.bronze());

        JsonNode planned = bronze("expire", "--dry-run");
        assertThat(planned.path("snapshots").asInt()).isEqualTo(before);
        assertThat(planned.path("expired").asInt()).isPositive();
        assertThat(planned.path("files_deleted").asInt()).isZero();
        assertThat(snapshots(history.bronze())).isEqualTo(before);

        JsonNode done = bronze("expire");
        assertThat(done.path("expired")).isEqualTo(planned.path("expired"));
        assertThat(done.path("files_deleted").asInt()).isPositive();
        assertThat(snapshots(history.bronze()))
                .isEqualTo(before - done.path("expired").asInt());
        land();
        history.verifyWhole();
    }

    @Test
    @Order(4)
    void orphans_deletes_an_old_one_when_told_to_and_never_a_young_one() throws IOException {
        OtherWriter other = new OtherWriter(history.bronze());
        Path old = other.abandon(Duration.ofHours(73));
        Path young = other.abandon(Duration.ofHours(71));

        assertThat(new Started("maintain", "orphans").succeeded())
                .contains(name(old))
                .doesNotContain(name(young));
        JsonNode found = bronze("orphans", "--execute", "--dry-run");
        assertThat(found.path("dry_run").asBoolean()).isTrue();
        assertThat(found.path("orphans"))
                .singleElement()
                .satisfies(orphan -> assertThat(orphan.path("file").asText()).endsWith(name(old)));
        assertThat(found.path("too_young").asInt()).isPositive();
        assertThat(found.path("deleted").asInt()).isZero();
        assertThat(old).exists();

        assertThat(bronze("orphans", "--execute").path("deleted").asInt()).isEqualTo(1);
        assertThat(old).doesNotExist();
        assertThat(young).exists();
        assertThat(bronze("orphans").path("orphans")).isEmpty();
        land();
        history.verifyWhole();
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    @Test
    @Order(5)
    void audits_that_run_while_rows_arrive_and_are_merged_find_nothing_and_see_them_arrive() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
            while (!over.get()) {
                history.traffic().send(20);
            }
        });
        List<Long> consumed = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                JsonNode audit = new ObjectMapper().readTree(new Started("audit", "--deep", "-o", "json").succeeded());
                assertThat(audit.path("audit").asText()).isEqualTo("pass");
                assertThat(audit.path("elapsed_s").asDouble()).isPositive();
                assertThat(audit.path("cpu_s").asDouble()).isPositive();
                assertThat(audit.path("lines"))
                        .extracting(line -> line.path("promise").asText())
                        .contains("Bronze holds what was sent", "The tables are what their SQL says");
                consumed.add(StreamSupport.stream(audit.path("lines").spliterator(), false)
                        .filter(line -> line.path("compared").asText().startsWith("offsets consumed"))
                        .mapToLong(line -> line.path("expected").asLong())
                        .sum());
            }
        } finally {
            over.set(true);
            sending.join();
        }
        assertThat(consumed).isSorted().doesNotHaveDuplicates();
        history.awaitCommitted(commits);
        history.verifyWhole();
    }

    @Test
    @Order(6)
    void a_table_that_the_pipeline_does_not_have_is_refused_with_the_names_of_those_it_has() {
        StringWriter err = new StringWriter();
        int exit = Sluice.commandLine(false)
                .setErr(new PrintWriter(err))
                .execute("maintain", "compact", "--table", "bronze.other", "--config", yaml.toString());
        assertThat(exit).isEqualTo(2);
        assertThat(err.toString()).contains("bronze.other", "bronze.live", "silver.live");
    }
}
