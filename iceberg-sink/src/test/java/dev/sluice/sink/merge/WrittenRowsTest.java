package dev.sluice.sink.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.DuckDbSettings;
import dev.sluice.sink.duck.FileRelation;
import dev.sluice.sink.duck.LocalFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WrittenRowsTest {
    private static final long ROWS = 500_000;

    @TempDir
    Path folder;

    /** Four row groups by two threads, from a join that gives the rows in no order. */
    @Test
    void the_place_of_a_row_is_known_without_reading_the_file() throws Exception {
        Schema schema = new Schema(
                Types.NestedField.required(1, "id", Types.StringType.get()),
                Types.NestedField.optional(2, "amount", Types.LongType.get()));
        MergeSpec spec = new MergeSpec(
                List.of(
                        new MergeColumn("id", Types.StringType.get(), Fold.NEWEST),
                        new MergeColumn("amount", Types.LongType.get(), Fold.NEWEST)),
                List.of("id"),
                List.of("amount"),
                Tie.GREATER_CONTENT);
        try (InMemoryCatalog catalog = catalog();
                DuckDb db = DuckDb.open(new DuckDbSettings("1GB", 2, folder.resolve("spill")));
                LocalFiles local = new LocalFiles(folder.resolve("local"))) {
            Table table = catalog.createTable(TableIdentifier.of("silver", "orders"), schema);
            String unordered =
                    "SELECT md5(CAST(a.i AS VARCHAR)) AS id, a.i AS amount FROM range(%d) a(i) JOIN (SELECT i * 7 %% %d AS i FROM range(%d) t(i)) b USING (i)"
                            .formatted(ROWS, ROWS, ROWS);

            WrittenRows written = WrittenRows.write(db, local, table, spec, unordered, ROWS, "rows");

            String read = FileRelation.create(
                            db, local, table.io(), "read_back", schema, spec.plainColumns(), written.rows())
                    .selectLocated();
            long same = db.number("SELECT count(*) FROM (%s) f JOIN (%s) k ON k.%s = f.%s AND k.id = f.id"
                    .formatted(read, written.located().orElseThrow(), FileRelation.POSITION, FileRelation.POSITION));
            assertThat(same).isEqualTo(ROWS);
        }
    }

    private static InMemoryCatalog catalog() {
        InMemoryCatalog catalog = new InMemoryCatalog();
        catalog.initialize("test", Map.of());
        catalog.createNamespace(Namespace.of("silver"));
        return catalog;
    }
}
