package dev.sluice.sink.duck;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.duckdb.DuckDBAppender;

/**
 * The deleted rows of several data files as one string of bits, one bit per row of each file, in a temporary table. To
 * look at a row's bit costs a tenth of what it costs to seek the row among the deleted ones.
 */
final class DeletedBits {
    private DeletedBits() {}

    /**
     * Loads the bits.
     *
     * @param table a name for the temporary table, unique in the instance
     * @param files in the order in which the scan counts them
     * @return SQL that is true of the rows that are not deleted, by {@code file_index} and {@code file_row_number};
     *     empty when the files have more rows than bits can be numbered
     */
    static Optional<String> live(DuckDb db, String table, List<FileRows> files) throws SQLException {
        List<Long> starts = new ArrayList<>();
        long total = 0;
        for (FileRows file : files) {
            starts.add(total);
            total += rows(file);
        }
        if (total > Integer.MAX_VALUE) {
            return Optional.empty();
        }
        byte[] bits = new byte[(int) ((total + 7) / 8)];
        for (int i = 0; i < files.size(); i++) {
            long start = starts.get(i);
            long end = start + rows(files.get(i));
            files.get(i)
                    .except()
                    .ifPresent(deleted -> deleted.forEach(position -> {
                        long at = start + position;
                        if (at < end) {
                            bits[(int) (at >> 3)] |= (byte) (0x80 >> (at & 7));
                        }
                    }));
        }
        db.execute("CREATE TEMP TABLE %s (b BLOB)".formatted(SqlText.name(table)));
        try (DuckDBAppender appender = db.appender(table)) {
            appender.beginRow();
            appender.append(bits);
            appender.endRow();
        }
        return Optional.of(
                "get_bit((SELECT CAST(b AS BIT) FROM %s), CAST(([%s])[CAST(file_index AS BIGINT) + 1] + file_row_number AS INTEGER)) = 0"
                        .formatted(SqlText.name(table), SqlText.list(starts, start -> Long.toString(start))));
    }

    /** All rows of a file, deleted ones too. */
    private static long rows(FileRows file) {
        return file.rows() + file.except().map(PositionDeleteIndex::cardinality).orElse(0L);
    }
}
