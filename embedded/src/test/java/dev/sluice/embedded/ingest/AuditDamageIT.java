package dev.sluice.embedded.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.embedded.Sluice;
import dev.sluice.sink.audit.AuditLine;
import dev.sluice.sink.index.IndexTag;
import dev.sluice.sink.index.KeyStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.Table;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** One pipeline, damaged in one way after the other; what can be undone is undone. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AuditDamageIT {
    @TempDir
    static Path folder;

    private static TestPlatform platform;
    private static BackfillHistory history;
    private static Path olderIndex;

    @BeforeAll
    static void landSomeRecords() throws IOException {
        platform = new TestPlatform(folder);
        history = new BackfillHistory(platform, folder, "damaged", false);
        try (RunningIngest ingest = history.ingest()) {
            land();
            olderIndex = Files.createDirectory(folder.resolve("older"));
            replace(olderIndex, history.index());
            land();
            assertThat(ingest.status().failures()).isZero();
        }
    }

    /** The index is written when the committer ends. */
    private static void land() {
        try (RunningCommits commits = history.commits()) {
            history.traffic().send(600);
            history.awaitCommitted(commits);
        }
    }

    @AfterAll
    static void stop() throws IOException {
        history.close();
        platform.close();
    }

    private static List<AuditLine> failures() {
        return history.deepAudit().stream().filter(AuditLine::failed).toList();
    }

    private static AuditLine index(List<AuditLine> lines) {
        return lines.stream()
                .filter(line -> line.promise().startsWith("The key index"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @Order(1)
    void nothing_is_found_in_what_is_sound() {
        List<AuditLine> lines = history.deepAudit();

        assertThat(lines).filteredOn(AuditLine::failed).isEmpty();
        assertThat(lines)
                .extracting(AuditLine::promise)
                .contains("Bronze holds what was sent", "The tables are what their SQL says");
        assertThat(index(lines).verdict()).isEqualTo(AuditLine.Verdict.PASS);
    }

    /** Of 1200 records, 12 are tombstones and 36 are rejected; none is of a transaction. */
    @Test
    @Order(1)
    void the_consumed_offsets_are_rows_tombstones_dead_letters_and_offsets_without_a_record() {
        assertThat(history.deepAudit())
                .filteredOn(line -> line.compared()
                        .equals("offsets consumed = rows + tombstones in bronze + dead letters"
                                + " + offsets without a record"))
                .extracting(AuditLine::expected, AuditLine::found)
                .containsExactly(tuple("600", "600 = 576 + 6 + 18 + 0"), tuple("600", "600 = 576 + 6 + 18 + 0"));
    }

    @Test
    @Order(2)
    void a_stale_index_is_named_and_one_that_denies_it_is_found() throws Exception {
        long current = history.silver().currentSnapshot().snapshotId();
        replace(history.index(), olderIndex);
        assertThat(failures()).isEmpty();
        assertThat(index(history.deepAudit()).compared()).contains("stale", "the next run catches it up");

        tag(history.index(), current);
        assertThat(failures()).singleElement().satisfies(line -> {
            assertThat(line.subject()).isEqualTo("silver.damaged");
            assertThat(line.detail()).contains("says that it is up to date and is not");
        });

        Files.delete(history.index().resolve("manifest"));
        assertThat(failures()).isEmpty();
    }

    /** Neither has folders. */
    private static void replace(Path folder, Path by) throws IOException {
        try (Stream<Path> old = Files.list(folder);
                Stream<Path> files = Files.list(by)) {
            for (Path file : old.toList()) {
                Files.delete(file);
            }
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
    }

    private static void tag(Path index, long snapshotId) throws IOException {
        try (KeyStore store = KeyStore.open(index).orElseThrow()) {
            IndexTag tag = store.tag().orElseThrow();
            store.commit(new IndexTag(tag.table(), tag.layout(), snapshotId));
        }
    }

    @Test
    @Order(3)
    void a_row_changed_by_another_writer_is_found_and_its_offset_named() throws IOException {
        long sound = history.bronze().currentSnapshot().snapshotId();
        new OtherWriter(history.bronze()).addToAmounts(1);

        assertThat(failures()).isNotEmpty().allSatisfy(line -> {
            assertThat(line.promise()).isEqualTo("Bronze holds what was sent");
            assertThat(line.detail()).containsPattern("values differ at offsets \\[\\d+");
        });

        history.bronze().manageSnapshots().rollbackTo(sound).commit();
        assertThat(failures()).isEmpty();
    }

    @Test
    @Order(4)
    void a_commit_made_twice_is_found_and_its_offsets_named() {
        Table bronze = history.bronze();
        long sound = bronze.currentSnapshot().snapshotId();
        DataFile file = anyFile(bronze);
        bronze.newAppend().appendFile(file).commit();

        assertThat(failures()).extracting(AuditLine::promise).contains("Nothing twice", "The ledger tells the truth");
        assertThat(failures()).extracting(AuditLine::detail).anyMatch(detail -> detail.startsWith("twice in bronze: "));

        history.bronze().manageSnapshots().rollbackTo(sound).commit();
        assertThat(failures()).isEmpty();
    }

    @Test
    @Order(4)
    void a_file_that_nothing_refers_to_is_found_when_it_is_old_enough() throws IOException {
        List<Path> old = new ArrayList<>();
        List<Path> young = new ArrayList<>();
        for (Table table : List.of(history.bronze(), history.silver())) {
            OtherWriter writer = new OtherWriter(table);
            old.add(writer.abandon(Duration.ofHours(73)));
            young.add(writer.abandon(Duration.ofHours(71)));
        }

        assertThat(failuresOfTheCommand(1))
                .extracting(
                        line -> line.path("promise").asText(),
                        line -> line.path("subject").asText())
                .containsExactlyInAnyOrder(
                        tuple("Nothing unreferenced beyond the age limit", "bronze.damaged"),
                        tuple("Nothing unreferenced beyond the age limit", "silver.damaged"));
        assertThat(failuresOfTheCommand(1))
                .extracting(line -> line.path("detail").asText())
                .allSatisfy(detail -> assertThat(old)
                        .filteredOn(file -> detail.contains(name(file)))
                        .hasSize(1))
                .noneSatisfy(detail -> assertThat(young).anyMatch(file -> detail.contains(name(file))));

        for (Path file : old) {
            Files.delete(file);
        }
        assertThat(failuresOfTheCommand(0)).isEmpty();
        for (Path file : young) {
            Files.delete(file);
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    /** What {@code sluice audit --deep} finds. */
    private static List<JsonNode> failuresOfTheCommand(int exitCode) throws IOException {
        StringWriter out = new StringWriter();
        int exit = Sluice.commandLine(false)
                .setOut(new PrintWriter(out))
                .execute(
                        "audit",
                        "--deep",
                        "-o",
                        "json",
                        "--config",
                        history.yaml().toString());
        assertThat(exit).as(out.toString()).isEqualTo(exitCode);
        List<JsonNode> failed = new ArrayList<>();
        new ObjectMapper().readTree(out.toString()).path("lines").forEach(line -> {
            if (line.path("verdict").asText().equalsIgnoreCase("fail")) {
                failed.add(line);
            }
        });
        return failed;
    }

    @Test
    @Order(4)
    void an_equality_delete_of_another_writer_is_found_and_named() throws IOException {
        for (Table table : List.of(history.bronze(), history.silver())) {
            long sound = table.currentSnapshot().snapshotId();
            String location = new OtherWriter(table).deleteByValue("nobody");

            assertThat(failures()).singleElement().satisfies(line -> {
                assertThat(line.promise()).isEqualTo("No resting equality deletes");
                assertThat(table.name()).endsWith(line.subject());
                assertThat(line.detail()).contains(location);
            });

            table.manageSnapshots().rollbackTo(sound).commit();
            assertThat(failures()).isEmpty();
        }
    }

    @Test
    @Order(5)
    void a_lost_dead_letter_is_found_and_its_offset_named() throws Exception {
        platform.admin()
                .deleteRecords(Map.of(
                        new TopicPartition(history.config().sources().get(0).dlq(), 0),
                        RecordsToDelete.beforeOffset(1)))
                .all()
                .get();

        assertThat(failures()).singleElement().satisfies(line -> {
            assertThat(line.promise()).isEqualTo("Nothing lost");
            assertThat(line.subject()).startsWith("damaged-0");
            assertThat(line.detail()).contains("lost: ", "10");
        });
    }

    @Test
    @Order(5)
    void a_file_whose_content_was_overwritten_is_found_and_named() throws IOException {
        for (Table table : List.of(history.bronze(), history.silver())) {
            DataFile file = anyFile(table);
            Path path = Path.of(file.location().replaceFirst("^file:/+", "/"));
            byte[] sound = Files.readAllBytes(path);
            byte[] damaged = sound.clone();
            Arrays.fill(damaged, 4, damaged.length / 2, (byte) 0x5a);
            Files.write(path, damaged);

            assertThat(failures())
                    .filteredOn(line -> line.promise().equals("Every file is there"))
                    .isNotEmpty()
                    .allSatisfy(line -> {
                        assertThat(line.compared()).contains("read to their end");
                        assertThat(line.detail()).contains(file.location());
                    });

            Files.write(path, sound);
        }
    }

    @Test
    @Order(6)
    void a_file_that_was_removed_is_found_and_named() throws IOException {
        DataFile file = anyFile(history.bronze());
        Files.delete(Path.of(file.location().replaceFirst("^file:/+", "/")));

        assertThat(failures()).singleElement().satisfies(line -> {
            assertThat(line.promise()).isEqualTo("Every file is there");
            assertThat(line.subject()).isEqualTo("bronze.damaged");
            assertThat(line.detail()).contains(file.location());
        });
    }

    private static DataFile anyFile(Table table) {
        return SnapshotChanges.builderFor(table)
                .snapshot(table.currentSnapshot())
                .build()
                .addedDataFiles()
                .iterator()
                .next();
    }
}
