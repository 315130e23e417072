package dev.sluice.sink.duck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SandboxTest {
    @TempDir
    Path folder;

    private DuckDbSettings settings() {
        return new DuckDbSettings("64MB", 1, folder.resolve("spill"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM read_text('/etc/passwd')",
                "SELECT * FROM read_csv('/etc/passwd')",
                "SELECT * FROM '/etc/passwd'",
                "SELECT * FROM glob('/etc/*')",
                "COPY (SELECT 1) TO '/tmp/sluice-escaped.csv'",
                "ATTACH '/tmp/sluice-escaped.duckdb'",
                "INSTALL httpfs",
                "LOAD httpfs",
                "SELECT * FROM read_csv('http://localhost/x.csv')",
                "SET enable_external_access = true",
                "SET lock_configuration = false",
                "SET memory_limit = '10GB'",
                "SET threads = 64",
                "SET temp_directory = '/tmp'",
                "EXPORT DATABASE '/tmp/sluice-escaped'"
            })
    void sql_cannot_leave_its_folders_nor_change_its_limits(String sql) throws SQLException {
        try (DuckDb db = DuckDb.open(settings())) {
            db.confineTo(List.of(folder.resolve("mine")));
            assertThatThrownBy(() -> db.execute(sql)).isInstanceOf(SQLException.class);
        }
        assertThat(Path.of("/tmp/sluice-escaped.csv")).doesNotExist();
        assertThat(Path.of("/tmp/sluice-escaped.duckdb")).doesNotExist();
    }

    @Test
    void its_own_folders_stay_readable() throws Exception {
        Path mine = Files.createDirectories(folder.resolve("mine"));
        Files.writeString(mine.resolve("a.csv"), "x\n1\n");
        Files.writeString(folder.resolve("b.csv"), "x\n1\n");
        try (DuckDb db = DuckDb.open(settings())) {
            db.confineTo(List.of(mine));
            assertThat(db.number("SELECT x FROM read_csv('%s')".formatted(mine.resolve("a.csv"))))
                    .isEqualTo(1);
            assertThatThrownBy(() -> db.number("SELECT x FROM read_csv('%s')".formatted(mine.resolve("../b.csv"))))
                    .isInstanceOf(SQLException.class);
        }
    }

    @Test
    void memory_and_threads_are_capped_and_what_does_not_fit_spills() throws SQLException {
        try (DuckDb db = DuckDb.open(settings())) {
            assertThat(db.number("SELECT current_setting('threads')")).isEqualTo(1);
            assertThat(db.rows("SELECT current_setting('memory_limit')", row -> row.getString(1))
                            .get(0))
                    .startsWith("61.0 MiB");
            long rows = db.execute(
                    "CREATE TEMP TABLE t AS SELECT range AS a, hash(range) AS b, hash(range + 1) AS c FROM range(6000000)");
            assertThat(rows).isEqualTo(6_000_000);
            assertThat(db.number("SELECT sum(memory_usage_bytes) FROM duckdb_memory()"))
                    .isLessThan(64_000_000);
            assertThat(db.number("SELECT coalesce(sum(size), 0) FROM duckdb_temporary_files()"))
                    .isPositive();
        }
    }

    @Test
    void a_query_without_end_ends_when_it_is_cancelled() throws Exception {
        Cancellation cancellation = new Cancellation();
        try (DuckDb db = DuckDb.open(settings(), cancellation)) {
            CompletableFuture<Throwable> outcome = new CompletableFuture<>();
            Thread thread = new Thread(() -> {
                try {
                    db.number(
                            "SELECT count(*) FROM range(10000000000) a, range(10000000000) b WHERE a.range = b.range + 1");
                    outcome.complete(new AssertionError("It ended by itself"));
                } catch (SQLException e) {
                    outcome.complete(e);
                }
            });
            thread.start();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (!outcome.isDone() && System.nanoTime() < deadline) {
                cancellation.request();
                Thread.onSpinWait();
            }
            assertThat(outcome.get(20, TimeUnit.SECONDS)).isInstanceOf(SQLException.class);
            thread.join();
            assertThatThrownBy(() -> db.number("SELECT 1")).hasMessageContaining("cancelled");
        }
    }

    @Test
    void libraries_that_killed_processes_left_are_swept_and_new_ones_stay() throws IOException {
        Instant now = Instant.parse("2026-03-01T12:00:00Z");
        Path old = Files.createFile(folder.resolve("libduckdb_java1.so"));
        Path unpacking = Files.createFile(folder.resolve("libduckdb_java2.so"));
        Path other = Files.createFile(folder.resolve("other.so"));
        Files.setLastModifiedTime(old, FileTime.from(now.minusSeconds(3600)));
        Files.setLastModifiedTime(unpacking, FileTime.from(now.minusSeconds(5)));
        Files.setLastModifiedTime(other, FileTime.from(now.minusSeconds(3600)));

        assertThat(Leftovers.libraries(folder, now)).isEqualTo(1);
        assertThat(old).doesNotExist();
        assertThat(unpacking).exists();
        assertThat(other).exists();

        Files.createDirectories(folder.resolve("runs/r1/spill"));
        Files.writeString(folder.resolve("runs/r1/spill/x.tmp"), "x");
        Leftovers.contents(folder.resolve("runs"));
        assertThat(folder.resolve("runs")).isEmptyDirectory();
        Leftovers.contents(folder.resolve("none"));
    }
}
