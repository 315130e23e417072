package dev.sluice.sink.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.DuckDbSettings;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EntryDeletionTest {
    private static final int ENTRIES = 300_000;
    private static final String EVERY_TENTH =
            "SELECT _sluice_file, _sluice_pos, %s AS _sluice_entry FROM sluice_index.entry WHERE _sluice_pos %% 10 = 3";

    @TempDir
    private Path folder;

    private DuckDb db;

    @BeforeEach
    void fill() throws SQLException {
        db = DuckDb.open(new DuckDbSettings("500MB", 2, folder));
        IndexFile.attachPrivate(db);
        db.execute(
                "CREATE TABLE sluice_index.entry AS SELECT CAST(0 AS INTEGER) AS _sluice_file, i AS _sluice_pos FROM range(%d) r(i)"
                        .formatted(ENTRIES));
    }

    @AfterEach
    void close() {
        db.close();
    }

    private void assertEveryTenthIsGone() throws SQLException {
        assertThat(db.number("SELECT count(*) FROM sluice_index.entry")).isEqualTo(ENTRIES / 10 * 9);
        assertThat(db.number("SELECT count(*) FROM sluice_index.entry WHERE _sluice_pos % 10 = 3"))
                .isZero();
    }

    @Test
    void entries_go_by_their_row_ids() throws SQLException {
        new EntryDeletion(db).delete(EVERY_TENTH.formatted("rowid"));

        assertEveryTenthIsGone();
    }

    @Test
    void entries_whose_row_ids_have_changed_go_by_file_and_position() throws SQLException {
        new EntryDeletion(db).delete(EVERY_TENTH.formatted("rowid + CASE WHEN rowid > 200000 THEN 1 ELSE 0 END"));

        assertEveryTenthIsGone();
    }

    @Test
    void an_index_that_lacks_an_entry_is_refused() {
        assertThatThrownBy(
                        () -> new EntryDeletion(db)
                                .delete(
                                        "SELECT CAST(7 AS INTEGER) AS _sluice_file, CAST(1 AS BIGINT) AS _sluice_pos, CAST(1 AS BIGINT) AS _sluice_entry"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("had 0 of 1");
    }
}
