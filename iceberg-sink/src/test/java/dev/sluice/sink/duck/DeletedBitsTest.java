package dev.sluice.sink.duck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sink.table.LocalFileIO;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.iceberg.Schema;
import org.apache.iceberg.deletes.Deletes;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeletedBitsTest {
    private static final Schema SCHEMA = new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));
    private static final List<Column> COLUMNS = List.of(new Column("id", Types.LongType.get()));
    /** On both sides of what a word holds. */
    private static final List<Integer> SIZES = List.of(1, 63, 64, 65, 127, 128, 129, 5_000, 2, 64);

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 40})
    void of_several_files_exactly_the_deleted_rows_are_left_out(int oneIn) throws Exception {
        Random random = new Random(oneIn);
        List<FileRows> files = new ArrayList<>();
        List<Long> expected = new ArrayList<>();
        try (DuckDb db = DuckDb.open(new DuckDbSettings("256MB", 2, folder.resolve("spill")));
                LocalFiles local = new LocalFiles(folder.resolve("local"));
                LocalFileIO io = new LocalFileIO()) {
            io.initialize(Map.of());
            for (int file = 0; file < SIZES.size(); file++) {
                Path path = folder.resolve(file + ".parquet");
                long first = file * 10_000L;
                int rows = SIZES.get(file);
                db.execute("COPY (SELECT i AS id FROM range(%d, %d) t(i)) TO '%s' (FORMAT parquet, FIELD_IDS {id: 1})"
                        .formatted(first, first + rows, path));
                List<Long> deleted = new ArrayList<>();
                for (int row = 0; row < rows; row++) {
                    if (row == rows - 1 && file % 2 == 0 || random.nextInt(oneIn) == 0) {
                        deleted.add((long) row);
                    } else {
                        expected.add(first + row);
                    }
                }
                files.add(FileRows.except(
                        path.toUri().toString(),
                        0,
                        rows,
                        file,
                        Deletes.toPositionIndex(CloseableIterable.withNoopClose(deleted))));
            }

            String select = FileRelation.create(db, local, io, "read", SCHEMA, COLUMNS, files)
                    .select();

            assertThat(db.rows(select + " ORDER BY id", row -> row.getLong(1))).isEqualTo(expected);
        }
    }
}
