package dev.sluice.embedded.trino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.sink.trino.TrinoClient;
import dev.sluice.sink.trino.TrinoResult;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** Trino and Iceberg's own reader and writer on the same tables: each sees what the other did. */
@ExtendWith(SharedTrino.class)
class TrinoTablesIT {
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.optional(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "label", Types.StringType.get()));

    private static TrinoFixture trino;
    private static TrinoClient engineer;

    private String name;
    private IcebergRows rows;
    private DataFile file;

    @BeforeAll
    static void start(TrinoFixture shared) {
        trino = shared;
        engineer = trino.as("engineer");
    }

    @BeforeEach
    void tenRowsOfWhichADeletionVectorTookTwo(TestInfo test) {
        String table = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
        name = "iceberg.lab." + table;
        rows = IcebergRows.create(trino.catalog(), TableIdentifier.of("lab", table), SCHEMA);
        file = rows.append(
                "batch-1",
                LongStream.range(0, 10)
                        .mapToObj(id -> Map.<String, Object>of("id", id, "label", "row " + id))
                        .toList());
        rows.delete(file, 3, 4);
    }

    @Test
    void answersAQueryWithoutATable() {
        assertThat(engineer.run("SELECT 1 AS one").columns()).containsExactly("one");
        assertThat(engineer.run("SELECT 1 AS one").rows()).containsExactly(List.of(1));
    }

    @Test
    void honoursADeletionVectorWrittenByIceberg() {
        assertThat(rows.table().currentSnapshot().summary()).containsEntry("added-dvs", "1");

        assertThat(engineer.run("SELECT id FROM " + name + " ORDER BY id").first())
                .containsExactly(0L, 1L, 2L, 5L, 6L, 7L, 8L, 9L);
    }

    @Test
    void honoursASecondVectorThatReplacesTheFirst() {
        engineer.run("DELETE FROM " + name + " WHERE id = 9");
        engineer.run("DELETE FROM " + name + " WHERE id = 8");

        assertThat(engineer.run("SELECT count(*) FROM " + name).first()).containsExactly(6L);
        assertThat(ids(rows.read())).containsExactlyInAnyOrder(0L, 1L, 2L, 5L, 6L, 7L);
    }

    @Test
    void showsTheSummaryPropertiesOfEachSnapshot() {
        TrinoResult snapshots = engineer.run("SELECT element_at(summary, 'sluice.batch-id') FROM "
                + name.replaceFirst("([^.]+)$", "\"$1\\$snapshots\"") + " ORDER BY committed_at");

        assertThat(snapshots.first()).containsExactly("batch-1", null);
    }

    @Test
    void travelsToASnapshotByItsId() {
        long before = rows.table().currentSnapshot().parentId();

        assertThat(engineer.run("SELECT count(*) FROM " + name + " FOR VERSION AS OF " + before)
                        .first())
                .containsExactly(10L);
    }

    @Test
    void updatesAreSeenByIceberg() {
        assertThat(engineer.run("UPDATE " + name + " SET label = 'changed' WHERE id < 2")
                        .changed())
                .isEqualTo(2);

        List<Record> all = rows.read();
        assertThat(ids(all)).containsExactlyInAnyOrder(0L, 1L, 2L, 5L, 6L, 7L, 8L, 9L);
        assertThat(all.stream().filter(row -> "changed".equals(row.getField("label"))))
                .extracting(row -> row.getField("id"))
                .containsExactlyInAnyOrder(0L, 1L);
    }

    @Test
    void mergesAreSeenByIceberg() {
        engineer.run(
                "MERGE INTO " + name + " t USING (VALUES (BIGINT '1', 'merged'), (BIGINT '50', 'new')) s(id, label)"
                        + " ON t.id = s.id WHEN MATCHED THEN UPDATE SET label = s.label"
                        + " WHEN NOT MATCHED THEN INSERT (id, label) VALUES (s.id, s.label)");

        assertThat(ids(rows.read())).containsExactlyInAnyOrder(0L, 1L, 2L, 5L, 6L, 7L, 8L, 9L, 50L);
    }

    @Test
    void compactionKeepsDeletedRowsDeleted() {
        engineer.run("ALTER TABLE " + name + " EXECUTE optimize");

        assertThat(ids(rows.read())).containsExactlyInAnyOrder(0L, 1L, 2L, 5L, 6L, 7L, 8L, 9L);
        assertThat(rows.table().currentSnapshot().summary()).containsEntry("total-delete-files", "0");
    }

    @Test
    void aRefusedQueryCarriesTrinosReason() {
        assertThatThrownBy(() -> engineer.run("SELECT nothing FROM " + name))
                .hasMessageStartingWith("Cannot run the query: ")
                .hasMessageContaining("Column 'nothing' cannot be resolved");
    }

    private static List<Object> ids(List<Record> rows) {
        return rows.stream().map(row -> row.getField("id")).toList();
    }
}
