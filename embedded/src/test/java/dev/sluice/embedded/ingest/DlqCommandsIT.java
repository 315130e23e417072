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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The options of {@code sluice dlq}, on twelve dead letters of three kinds. */
class DlqCommandsIT {
    @TempDir
    static Path folder;

    private static TestPlatform platform;
    private static BackfillHistory history;

    @BeforeAll
    static void landSomeRecords() throws IOException {
        platform = new TestPlatform(folder);
        history = new BackfillHistory(platform, folder, "letters", false);
        try (RunningIngest ingest = history.ingest();
                RunningCommits commits = history.commits()) {
            history.traffic().send(400);
            history.awaitCommitted(commits);
            assertThat(ingest.status().failures()).isZero();
        }
    }

    @AfterAll
    static void stop() throws IOException {
        history.close();
        platform.close();
    }

    private static String dlq(String... arguments) {
        List<String> all = new ArrayList<>(List.of("dlq"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--config", history.yaml().toString()));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exit = Sluice.commandLine(false)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(all.toArray(String[]::new));
        assertThat(exit).as("%s: %s%s", all, out, err).isZero();
        return out.toString();
    }

    @Test
    void list_filters_by_reason_schema_text_time_and_state() {
        assertThat(dlq("list").lines()).hasSize(12);
        assertThat(dlq("list", "--limit", "5").lines()).hasSize(5);
        assertThat(dlq("list", "--reason", "RULE_BROKEN").lines())
                .hasSize(4)
                .allSatisfy(line -> assertThat(line).contains("amount_cents"));
        assertThat(dlq("list", "--schema-id", "999999").lines())
                .hasSize(4)
                .allSatisfy(line -> assertThat(line).contains("UNKNOWN_SCHEMA_ID"));
        assertThat(dlq("list", "--text", "amount_cents").lines()).hasSize(4);
        assertThat(dlq("list", "--source", "letters", "--state", "open").lines())
                .hasSize(12);
        // The records are of November 2023, a millisecond apart.
        assertThat(dlq("list", "--since", "2023-11-14T22:13:20.200Z").lines()).hasSize(6);
        assertThat(dlq("list", "--until", "2023-11-14T22:13:20.200Z").lines()).hasSize(6);
        assertThat(dlq("list", "--since", "15m")).contains("No dead letters in letters.dlq that match");
    }

    @Test
    void stats_count_by_reason_and_schema_id_and_over_time() throws IOException {
        JsonNode stats = new ObjectMapper().readTree(dlq("stats", "-o", "json"));

        assertThat(stats.path("letters").path("dead_letters").asInt()).isEqualTo(12);
        assertThat(dlq("stats")).contains("12 dead letters, 12 open", "NO_FRAMING", "RULE_BROKEN", "999999");
        assertThat(dlq("stats", "--by", "hour")).contains("2023-11-14T22:00:00Z");
        assertThat(dlq("stats", "--by", "day", "--reason", "RULE_BROKEN"))
                .contains("2023-11-14T00:00:00Z", "4 dead letters")
                .doesNotContain("NO_FRAMING");
    }

    @Test
    void watch_shows_them_as_they_arrive() {
        assertThat(dlq("watch", "--from-beginning", "--limit", "3").lines().filter(line -> line.contains("letters-")))
                .hasSize(3);
        assertThat(watched("--source", "letters", "--schema-id", "999999", "--limit", "4"))
                .hasSize(4)
                .allSatisfy(line -> assertThat(line).contains("UNKNOWN_SCHEMA_ID"));
        assertThat(watched("--text", "AMOUNT_CENTS", "--limit", "4"))
                .hasSize(4)
                .allSatisfy(line -> assertThat(line).contains("RULE_BROKEN"));
        // Six are of the second half of the history, and the rest would be watched for ever.
        assertThat(watched("--since", "2023-11-14T22:13:20.200Z", "--limit", "6"))
                .hasSize(6)
                .allSatisfy(line -> assertThat(line).containsPattern("letters-[01]@1[0-9][0-9]\\b"));
        assertThat(watched("--until", "2023-11-14T22:13:20.200Z", "--reason", "no_framing,RULE_BROKEN", "--limit", "4"))
                .hasSize(4)
                .allSatisfy(line -> assertThat(line).containsPattern("letters-[01]@(10|30)\\b"));
    }

    private static List<String> watched(String... filters) {
        List<String> all = new ArrayList<>(List.of("watch", "--from-beginning"));
        all.addAll(List.of(filters));
        return dlq(all.toArray(String[]::new)).lines().toList();
    }

    @Test
    void show_tells_the_reason_the_schema_the_bytes_and_how_far_they_were_decoded() {
        assertThat(dlq("show", "letters-0@30"))
                .contains("RULE_BROKEN", "amount_cents", "OrderEvent", "00000000", "\"order_id\"");
        assertThat(dlq("show", "letters-1@10", "--lines", "1")).contains("NO_FRAMING", "not avro at all", "byte 0");
    }

    @Test
    void export_writes_the_bytes_as_they_came() throws IOException {
        assertThat(dlq("export", "--reason", "NO_FRAMING").lines())
                .hasSize(4)
                .allSatisfy(line -> assertThat(
                                new ObjectMapper().readTree(line).path("value").binaryValue())
                        .isEqualTo("not avro at all".getBytes(java.nio.charset.StandardCharsets.UTF_8)));

        Path out = folder.resolve("exported");
        dlq("export", "--reason", "NO_FRAMING", "--folder", out.toString());
        assertThat(Files.readString(out.resolve("letters-0@10.bin"))).isEqualTo("not avro at all");
        assertThat(Files.readString(out.resolve("letters-0@10.json"))).contains("NO_FRAMING");
    }

    @Test
    void replay_only_says_what_it_would_do_and_takes_a_patch_from_a_file() throws IOException {
        Path patch = Files.writeString(folder.resolve("patch.json"), "{\"amount_cents\": 1}");

        assertThat(dlq("replay", "--reason", "RULE_BROKEN")).contains("4");
        assertThat(dlq("replay", "letters-0@30", "--patch", patch.toString())).contains("1");
        assertThat(dlq("replay", "--all", "--limit", "2", "--dry-run")).contains("2");

        assertThat(dlq("list", "--state", "open").lines()).hasSize(12);
    }
}
