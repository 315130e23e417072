package dev.sluice.sink.duck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptInstanceTest {
    @TempDir
    Path folder;

    private final Cancellation cancellation = new Cancellation();
    private KeptInstance kept;

    @BeforeEach
    void open() {
        kept = new KeptInstance(new DuckDbSettings("128MB", 1, folder.resolve("spill")), cancellation);
    }

    @AfterEach
    void close() {
        kept.close();
    }

    private Path file(String name) throws Exception {
        Path file = Files.createDirectories(folder.resolve(name)).resolve("a.csv");
        Files.writeString(file, "x\n" + name + "\n");
        return file;
    }

    private static List<String> read(DuckDb db, Path file) throws SQLException {
        return db.rows("SELECT x FROM read_csv('%s')".formatted(file), row -> row.getString(1));
    }

    private List<String> readIn(List<Path> folders, Path file) throws SQLException {
        return kept.run(folders, db -> read(db, file));
    }

    /** What only the instance itself could know. */
    private static long used(DuckDb db) throws SQLException {
        db.execute("CREATE TABLE IF NOT EXISTS mark AS SELECT 0 AS n");
        db.execute("UPDATE mark SET n = n + 1");
        return db.number("SELECT n FROM mark");
    }

    @Test
    void runs_after_another_use_one_instance() throws Exception {
        List<Path> mine = List.of(folder.resolve("mine"));

        assertThat(kept.run(mine, KeptInstanceTest::used)).isEqualTo(1);
        assertThat(kept.run(mine, KeptInstanceTest::used)).isEqualTo(2);
    }

    @Test
    void nothing_that_a_run_made_is_there_for_the_next() throws Exception {
        Path index = folder.resolve("index.duckdb");
        KeptInstance.Run<Void> run = db -> {
            db.execute("ATTACH '%s' AS an_index".formatted(index));
            db.execute("CREATE TABLE IF NOT EXISTS an_index.entry AS SELECT 1 AS k");
            db.execute("CREATE TEMP TABLE batch AS SELECT 1 AS k");
            db.execute("CREATE SCHEMA bronze");
            db.execute("CREATE VIEW bronze.orders AS SELECT * FROM batch");
            return null;
        };

        kept.run(List.of(folder), run);
        kept.run(List.of(folder), run);

        try (DuckDb other = DuckDb.open(new DuckDbSettings("64MB", 1, folder.resolve("other")))) {
            other.execute("ATTACH '%s' AS an_index (READ_ONLY)".formatted(index));
            assertThat(other.number("SELECT count(*) FROM an_index.entry")).isEqualTo(1);
        }
    }

    @Test
    void a_run_sees_its_own_folders_and_those_of_earlier_runs_only() throws Exception {
        Path mine = file("mine");
        Path yours = file("yours");
        Path nobodys = file("nobodys");

        assertThat(readIn(List.of(mine.getParent()), mine)).containsExactly("mine");
        assertThatThrownBy(() -> kept.run(List.of(mine.getParent()), db -> read(db, yours)))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("Permission");
        assertThat(readIn(List.of(yours.getParent()), yours)).containsExactly("yours");
        assertThat(readIn(List.of(), mine)).containsExactly("mine");
        assertThatThrownBy(() -> kept.run(List.of(), db -> read(db, nobodys))).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> kept.run(List.of(), db -> db.execute("SET threads = 8")))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("locked");
    }

    @Test
    void a_run_that_turns_out_to_need_another_folder_begins_again_with_it() throws Exception {
        Path mine = file("mine");
        Path far = file("far");
        List<String> beginnings = new ArrayList<>();

        List<String> found = kept.run(List.of(mine.getParent()), db -> {
            beginnings.add("begun");
            db.execute("CREATE TEMP TABLE batch AS SELECT 1 AS k");
            db.confineTo(List.of(mine.getParent(), far.getParent()));
            return read(db, far);
        });

        assertThat(found).containsExactly("far");
        assertThat(beginnings).hasSize(2);
    }

    @Test
    void a_run_beside_another_has_an_instance_of_its_own() throws Exception {
        kept.run(List.of(folder), KeptInstanceTest::used);

        List<Long> both = kept.run(
                List.of(folder), db -> List.of(used(db), kept.run(List.of(folder), KeptInstanceTest::used), used(db)));

        assertThat(both).containsExactly(2L, 1L, 3L);
    }

    @Test
    void after_a_failure_the_next_run_goes_on() throws Exception {
        kept.run(List.of(folder), KeptInstanceTest::used);

        assertThatThrownBy(() -> kept.run(List.of(folder), db -> {
                    db.execute("BEGIN TRANSACTION");
                    db.execute("UPDATE mark SET n = 100");
                    return db.execute("SELECT error('on purpose')");
                }))
                .hasMessageContaining("on purpose");

        assertThat(kept.run(List.of(folder), KeptInstanceTest::used)).isLessThan(3);
    }

    @Test
    void a_cancelled_engine_begins_nothing_and_a_closed_one_keeps_nothing() throws Exception {
        kept.run(List.of(folder), KeptInstanceTest::used);
        kept.close();
        assertThat(kept.run(List.of(folder), KeptInstanceTest::used)).isEqualTo(1);

        cancellation.request();

        assertThatThrownBy(() -> kept.run(List.of(folder), KeptInstanceTest::used))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("cancelled");
    }
}
